/** Removes what was deployed: the processes, and every file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stackFile } from '../pipeline/index.js';
import { namesIn } from './machine.js';
import { placeOf, removeState, type StackPlace } from './place.js';
import { initialize, variables } from './plan.js';
import { defaultBootTimeout, stopMachine } from './start.js';
import { interruptedError, Terraform, terraformFailed } from './terraform.js';

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

/**
 * Removes a deployment. `restore` writes the text that Terraform reads, where it is not there any more.
 */
export async function destroy(project: string, id: string, restore: () => Promise<void>): Promise<Destroyed> {
  const place = placeOf(project, id);
  const machines = namesIn(place.machines);
  if (existsSync(join(place.state, 'terraform.tfstate'))) {
    if (!existsSync(join(place.out, stackFile))) await restore();
    const terraform = Terraform.for(place, defaultBootTimeout);
    await initialize(terraform);
    const known = existsSync(join(place.state, 'runs.tfvars.json')) ? [variables(id)] : [];
    const { code, said, interrupted } = await terraform.run(['destroy', '-auto-approve', '-no-color', ...known]);
    if (interrupted) throw interruptedError(place);
    if (code !== 0) throw terraformFailed('destroy', code, said);
  }
  await sweep(place);
  return { stack: id, machines };
}

/** Removes what Terraform does not know of: machines of an apply that was killed, and then the folder itself. */
async function sweep(place: StackPlace): Promise<void> {
  for (const name of namesIn(place.machines)) await stopMachine(join(place.machines, name));
  removeState(place);
}
