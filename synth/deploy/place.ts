import { join } from 'node:path';
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
}

/** Places of a stack in the project in the folder `project`. */
export function placeOf(project: string, id: string): StackPlace {
  const state = join(project, '.veridian', 'deploy', id);
  return { id, out: join(project, outputFolder, id), state, machines: join(state, 'machines') };
}
