/** Finds the file of each program that a graph names. */
import { isAbsolute, join } from 'node:path';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { type Finding, ToolError } from '../findings/index.js';
import { type Locate, ProgramError } from '../programs/index.js';
import { type Arch, buildPrograms, type Reporter, stockProgram, targets } from '../toolchain/index.js';

const scheme = /^(cargo|veridian):(.*)$/;

/** Whether Veridian has a kernel for an architecture. */
export function isSupported(arch: SystemGraph['machine']['arch']): arch is Arch {
  return arch in targets;
}

/** What is wrong with a system for an architecture without a kernel. */
export function unsupported({ system, source, machine }: SystemGraph): Finding {
  return {
    code: 'VRD0505',
    severity: 'error',
    message: `${system} is for ${machine.name}, and there is no kernel for ${machine.arch}`,
    path: system,
    source,
    related: [],
    help: `give it a machine of ${Object.keys(targets).join(' or ')}`,
  };
}

/** Builds or looks up everything that a graph names; the function it returns only answers. */
export async function locatePrograms(
  project: string,
  graph: SystemGraph,
  arch: Arch,
  reporter: Reporter,
): Promise<Locate> {
  const found = new Map<string, string | ProgramError>();
  for (const { file } of graph.programs) {
    const [, source, name = ''] = scheme.exec(file) ?? [];
    if (source === 'cargo') {
      const built = (await buildPrograms(project, arch, reporter)).get(name);
      const help = 'binaries of the project are the packages in its folder programs/';
      found.set(file, built ?? new ProgramError('VRD0401', 'is no binary of this project', help));
    } else if (source === 'veridian') {
      found.set(file, await stock(name, arch, reporter));
    } else if (isAbsolute(file)) {
      found.set(
        file,
        new ProgramError(
          'VRD0401',
          'is an absolute path',
          'name it relative to the project, so that others find it too',
        ),
      );
    } else found.set(file, join(project, file));
  }
  return (file) => {
    const place = found.get(file);
    if (typeof place === 'string') return place;
    throw place ?? new ProgramError('VRD0401', 'was not looked for', 'name it as a Program does');
  };
}

async function stock(name: string, arch: Arch, reporter: Reporter): Promise<string | ProgramError> {
  try {
    return await stockProgram(name, arch, reporter);
  } catch (error) {
    if (!(error instanceof ToolError) || error.finding.code !== 'VRD0953') throw error;
    return new ProgramError('VRD0401', 'does not come with Veridian', error.finding.help);
  }
}
