/** What a virtual machine was deployed with, as its record says: a base like any other. */
import { join } from 'node:path';
import { graphDigest, type SystemGraph } from '../../constructs/graph/index.js';
import { deployedMachines, isUp, namesIn, readGraph } from '../deploy/machine.js';
import { deployments, placeOf } from '../deploy/place.js';
import { ToolError } from '../findings/index.js';
import type { Reporter } from '../toolchain/index.js';

/** What a name begins with that means machines: `vm:web-0`, `vm:local/web-0`, or `vm:web` for all of a group. */
const prefix = 'vm:';

export const isMachineName = (name: string): boolean => name.startsWith(prefix);

interface Deployed {
  readonly stack: string;
  readonly name: string;
  readonly folder: string;
  readonly system: string;
  readonly digest: string;
  readonly state: string;
  readonly up: boolean;
}

function deployed(project: string): Deployed[] {
  return namesIn(join(project, deployments)).flatMap((stack) =>
    deployedMachines(placeOf(project, stack).machines).map(({ folder, record }) => ({
      stack,
      name: record.request.name,
      folder,
      system: record.request.system,
      digest: record.graph,
      state: record.state,
      up: isUp(record),
    })),
  );
}

/** The machines that a name means: one, or all of a group or stack. */
function meant(all: readonly Deployed[], name: string): readonly Deployed[] {
  const exact = all.filter((one) => [one.name, `${one.stack}/${one.name}`].includes(name));
  if (exact.length > 0) return exact;
  const group = (one: Deployed): string => one.name.replace(/-\d+$/, '');
  return all.filter((one) => [group(one), `${one.stack}/${group(one)}`, one.stack, one.system].includes(name));
}

function nothing(name: string, why: string, help: string): ToolError {
  return new ToolError({ code: 'VRD0426', message: `${name} is nothing to compare with: ${why}`, help });
}

/** The graph that the machines of a name were started with. Throws where there are none, or several. */
export function readMachines(name: string, project: string, reporter: Reporter): SystemGraph {
  const all = deployed(project);
  const machines = meant(all, name.slice(prefix.length));
  const [first] = machines;
  if (!first) {
    const known = all.map((one) => `${prefix}${one.name}`);
    throw new ToolError({
      code: 'VRD0425',
      message: `there is no ${name} to compare with: no such machine is deployed`,
      help:
        known.length > 0 ? `there are ${known.join(', ')}` : '`veridian deploy` starts machines; none is deployed here',
    });
  }
  const starting = machines.find(({ state }) => state === 'starting');
  if (starting) {
    throw nothing(name, `${starting.name} has not booted`, 'wait until `veridian deploy` has ended, or deploy again');
  }
  const other = machines.find(({ digest }) => digest !== first.digest);
  if (other) {
    const names = machines.map((one) => `${prefix}${one.stack}/${one.name} (graph ${one.digest.slice(0, 8)})`);
    throw nothing(name, 'its machines run different systems', `name one of ${names.join(', ')}`);
  }
  const graph = readGraph(first.folder);
  if (!graph || graphDigest(graph) !== first.digest) {
    throw nothing(
      name,
      `${graph ? 'the graph in its record is not the one that it was started with' : 'its record has no graph that can be read'}`,
      `the record is ${first.folder.replace(`${project}/`, '')}; deploy the machine again`,
    );
  }
  for (const one of machines)
    if (!one.up) reporter.warn(`${one.name} is not running; this is what it was deployed with`);
  return graph;
}
