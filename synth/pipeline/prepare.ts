/** The steps before the definition: what is written from interfaces and from native programs. */
import { relative, sep } from 'node:path';
import type { Finding } from '../findings/index.js';
import { isStale, type Rendered, writeRendered } from '../generate/file.js';
import { projectInterfaces, projectPrograms } from '../generate/project.js';
import { filesDigest, keyOfParts, outputError, StepCache, toolDigest } from '../project/index.js';
import type { Arch, Reporter } from '../toolchain/index.js';

export interface PrepareOptions {
  readonly project: string;
  readonly arch: Arch;
  readonly reporter: Reporter;
  /** Refuse files that are out of date, instead of writing them. */
  readonly locked: boolean;
}

function stale(project: string, { path }: Rendered): Finding {
  const file = relative(project, path).split(sep).join('/');
  return {
    code: 'VRD0024',
    severity: 'error',
    message: `${file} is not what would be written now`,
    source: { file, line: 1 },
    related: [],
    help: 'run `veridian build` and commit what it writes',
  };
}

async function settle(files: readonly Rendered[], { project, locked }: PrepareOptions): Promise<Finding[]> {
  if (locked) return files.filter(isStale).map((file) => stale(project, file));
  for (const file of files) {
    try {
      await writeRendered(file);
    } catch (error) {
      throw outputError(error, relative(project, file.path));
    }
  }
  return [];
}

/** The interfaces are evaluated only when one of their files has changed: that takes a process. */
async function interfaces(options: PrepareOptions): Promise<Finding[]> {
  const cache = new StepCache(options.project);
  const key = keyOfParts(
    toolDigest(),
    filesDigest(options.project, ['interfaces'], (name) => /\.(ts|rs)$/.test(name)),
  );
  if (cache.get('interfaces', key) === true) return [];
  const findings = await settle(await projectInterfaces(options.project), options);
  const after = filesDigest(options.project, ['interfaces'], (name) => /\.(ts|rs)$/.test(name));
  if (findings.length === 0) cache.set('interfaces', keyOfParts(toolDigest(), after), true);
  return findings;
}

/** Interfaces to Rust, Rust to binaries, binaries to the types of programs, in this order. */
export async function prepare(options: PrepareOptions): Promise<Finding[]> {
  const stale = await interfaces(options);
  const programs = await projectPrograms(options.project, options.arch, options.reporter);
  return [...stale, ...(await settle(programs, options))];
}
