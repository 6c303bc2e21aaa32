/** Removes what was deployed: the processes, and every file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stackFile } from '../pipeline/index.js';
import { lockProject } from '../project/index.js';
import { namesIn } from './machine.js';
import { placeOf, removeState, type StackPlace } from './place.js';
import { initialize, variables } from './plan.js';
import { defaultBootTimeout, stopMachine } from './start.js';
import { interruptedError, Terraform } from './terraform.js';

/** What was removed. */
export interface Destroyed {
  readonly stack: string;
  /** Names of the machines that were there. */
  readonly machines: readonly string[];
}

/** Ids of the stacks of which something is deployed. */
export function deployedStacks(project: string): string[] {
  return namesIn(dirname(placeOf(project, 'any').state));
}

/** What destroying takes. */
export interface DestroyOptions {
  /** Absolute path of the project. */
  readonly project: string;
  /** Id of a stack of which something is deployed. */
  readonly id: string;
  /** Writes the text that Terraform reads, where it is not there any more. */
  readonly restore: () => Promise<void>;
  /** Called once when another command works on the project, with its process id. */
  readonly waiting: (pid: number) => void;
}

/** Removes a deployment: processes first, then every file. */
export async function destroy({ project, id, restore, waiting }: DestroyOptions): Promise<Destroyed> {
  const place = placeOf(project, id);
  const isKnown = existsSync(join(place.state, 'terraform.tfstate'));
  if (isKnown && !existsSync(join(place.out, stackFile))) await restore();
  const release = await lockProject(project, waiting);
  try {
    const machines = namesIn(place.machines);
    if (isKnown) await destroyKnown(place);
    await sweep(place);
    return { stack: id, machines };
  } finally {
    release();
  }
}

async function destroyKnown(place: StackPlace): Promise<void> {
  const terraform = Terraform.for(place, defaultBootTimeout);
  await initialize(terraform);
  const runs = existsSync(join(place.state, 'runs.tfvars.json')) ? [variables(place.id)] : [];
  const { code, said, interrupted } = await terraform.run(['destroy', '-auto-approve', '-no-color', ...runs]);
  if (interrupted) throw interruptedError(place, 'destroying');
  if (code !== 0) throw terraform.failed('destroy', code, said);
}

/** Removes what Terraform does not know of: machines of an apply that was killed, and then the folder itself. */
async function sweep(place: StackPlace): Promise<void> {
  for (const name of namesIn(place.machines)) await stopMachine(join(place.machines, name));
  removeState(place);
}
