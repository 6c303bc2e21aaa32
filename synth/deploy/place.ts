import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputFolder } from '../project/index.js';

/** Where everything of a stack is. */
export interface StackPlace {
  readonly id: string;
  /** Absolute path of the folder with the text that Terraform reads, where Terraform runs. */
  readonly out: string;
  /** Absolute path of the folder with what is known of the deployment: Terraform’s state, machines, disks. */
  readonly state: string;
  /** Absolute path of the folder with one folder for each machine. */
  readonly machines: string;
  /** Absolute path of the folder in which machines that could not be started say why, until it is told. */
  readonly failures: string;
}

/** Folder with one folder for each stack that is deployed, relative to the project. */
export const deployments = join('.veridian', 'deploy');

/** Places of a stack in the project in the folder `project`. */
export function placeOf(project: string, id: string): StackPlace {
  const state = join(project, deployments, id);
  return {
    id,
    out: join(project, outputFolder, id),
    state,
    machines: join(state, 'machines'),
    failures: join(state, 'failures'),
  };
}

/** Removes everything that is known of a deployment. */
export function removeState({ state }: StackPlace): void {
  rmSync(state, { recursive: true, force: true });
  try {
    rmdirSync(dirname(state));
  } catch {
    // Another stack is deployed, or nothing ever was.
  }
}
