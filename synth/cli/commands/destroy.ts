import { deployedStacks, destroy as destroyStack, needTerraform } from '../../deploy/index.js';
import { synthesize } from '../../pipeline/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';
import { waitingFor } from './deploy.js';

/** The deployment that is meant. */
function choose(deployed: readonly string[], name: string | undefined): string | undefined {
  if (name !== undefined) return deployed.find((id) => id === name);
  if (deployed.length < 2) return deployed[0];
  throw new UsageError(`${deployed.length} stacks are deployed`, `name one: ${deployed.join(', ')}`);
}

/** `veridian destroy` */
export const destroy = command({
  usage: 'destroy [stack]',
  describe: 'Stop the VMs of a stack and remove every file of its deployment, their disks too',
  positionals: ['stack'],
  options: ['json'],
  handler: async ({ stack, json }, reporter) => {
    const { project, definition, system } = locate(stack);
    const deployed = deployedStacks(project);
    const id = choose(deployed, system);
    if (id === undefined) {
      const others = deployed.length === 0 ? '' : `; deployed: ${deployed.join(', ')}`;
      if (json) printJson({ machines: [] });
      else print(`nothing of ${system ?? 'this project'} is deployed${others}`);
      return exit.fine;
    }
    needTerraform();
    const where = definition === undefined ? { project } : { project, definition };
    const { machines } = await destroyStack({
      project,
      id,
      restore: async () => {
        await synthesize({ ...where, write: true, reporter });
      },
      waiting: waitingFor(reporter),
    });
    if (json) printJson({ stack: id, machines });
    else for (const name of machines) print(`✓ ${name}  stopped`);
    return exit.fine;
  },
});
