/** What a user compares: the working tree, a commit, a deployed machine, or a file with a graph, an image or a lock. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { graphVersion, SystemGraph } from '../../constructs/graph/index.js';
import { runDefinition } from '../definition/index.js';
import { type Finding, hasErrors, place, ToolError } from '../findings/index.js';
import { inspectImage } from '../inspect/index.js';
import { keyOfParts, readProject, StepCache, toolDigest } from '../project/index.js';
import type { Reporter } from '../toolchain/index.js';
import type { Named } from './compare.js';
import { isMachineName, readMachines } from './deployed.js';
import { type Commit, findCommit, refNames, withCommit } from './git.js';
import { otherVersion, readLockText } from './lock-file.js';
import type { Broken } from './model.js';

/** Where names are looked up. */
export interface Place {
  /** Absolute path of the project. */
  readonly project: string;
  /** Definition to run in place of the project’s own, relative to the project. */
  readonly definition?: string;
  /** Id of the one system that is meant. */
  readonly system?: string;
  readonly reporter: Reporter;
}

/** A revision, with what it breaks of the project’s own rules. */
export interface Revision extends Named {
  readonly broken: readonly Broken[];
}

/** How the working tree is called where a revision is named. */
export const workingTree = 'the working tree';

const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** The errors among findings: advice is for `veridian check`, and is no reason to stop a change. */
export function brokenBy(findings: readonly Finding[]): Broken[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, source }) => ({ code, message, ...(source ? { source } : {}) }));
}

/** The definition is run, nothing is built: what is granted is all in it. */
async function define(project: string, name: string, definition: string | undefined): Promise<Revision> {
  const { graphs, findings, printed } = await runDefinition(readProject(project, definition));
  if (printed !== '') process.stderr.write(printed);
  if (graphs.length > 0) return { name, graphs, broken: brokenBy(findings) };
  if (!hasErrors(findings)) return { name, graphs, broken: [] };
  const [first] = findings;
  throw new ToolError({
    code: 'VRD0428',
    message: `${name} cannot be synthesized\n${findings
      .map(({ code, message, source }) => `${code}  ${message}${source ? `  (${place(source)})` : ''}`)
      .join('\n')}`,
    help: first?.help ?? 'mend its definition',
  });
}

/** The project as it is now. */
export function readWorkingTree({ project, definition }: Place): Promise<Revision> {
  return define(project, workingTree, definition);
}

/** The project as a commit has it. What a commit says never changes, so that it is kept. */
async function readCommit(name: string, commit: Commit, { project, definition, reporter }: Place): Promise<Revision> {
  const cache = new StepCache(project);
  const step = `revision-${commit.id.slice(0, 16)}`;
  const key = keyOfParts(toolDigest(), commit.id, commit.prefix, definition ?? '');
  const kept = SystemGraph.array().safeParse(cache.get(step, key));
  if (kept.success) return { name, graphs: kept.data, broken: [] };
  const running = reporter.begin('base');
  try {
    const { graphs } = await withCommit(project, commit, async (folder) => {
      if (existsSync(join(folder, 'cdktf.json'))) return define(folder, name, definition);
      reporter.warn(`${name} has no project in ${commit.prefix || 'its root'}: everything is new`);
      return { graphs: [] };
    });
    cache.set(step, key, graphs);
    running.done(`${name} · ${commit.id.slice(0, 12)}`);
    return { name, graphs, broken: [] };
  } catch (error) {
    running.failed(name);
    throw error;
  }
}

function foreign(name: string, why: string): ToolError {
  return new ToolError({
    code: 'VRD0426',
    message: `${name} is nothing to compare with: ${why}`,
    help: 'name a git revision, a graph.json or image.elf of veridian.out, or veridian.lock.json',
  });
}

function readGraph(json: unknown, name: string): SystemGraph {
  const { schema } = Object(json) as { schema?: unknown };
  if (typeof schema !== 'string' || !schema.startsWith('veridian.graph/')) {
    throw foreign(name, 'it is JSON, but no graph and no lock file');
  }
  if (schema !== graphVersion) throw otherVersion(name, schema, graphVersion);
  const graph = SystemGraph.safeParse(json);
  if (graph.success) return graph.data;
  const [issue] = graph.error.issues;
  throw foreign(name, `it is a damaged graph: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

function readFile(file: string, name: string): Revision {
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 4).equals(elf)) return { name, graphs: [inspectImage(bytes, name).graph], broken: [] };
  const text = bytes.toString('utf8');
  // A lock file that a merge has damaged is still known by what it says that it is.
  if (/"veridian\.lock\/[^"]*"/.test(text.slice(0, 4096)))
    return { name, graphs: readLockText(text, name), broken: [] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (/lock\.json$/.test(name)) return { name, graphs: readLockText(text, name), broken: [] };
    throw foreign(name, 'it is neither an image nor JSON');
  }
  return { name, graphs: [readGraph(json, name)], broken: [] };
}

/** Reads what a user named: a deployed machine by `vm:`, a file that is there, else a git revision. */
export async function readRevision(name: string, at: Place, cwd: string = process.cwd()): Promise<Revision> {
  if (isMachineName(name)) {
    return only({ name, graphs: [readMachines(name, at.project, at.reporter)], broken: [] }, at.system);
  }
  const file = [join(at.project, name), join(cwd, name), name].find(
    (path) => existsSync(path) && statSync(path).isFile(),
  );
  if (file !== undefined) return only(readFile(file, name), at.system);
  const commit = await findCommit(at.project, name);
  if (commit) return only(await readCommit(name, commit, at), at.system);
  const refs = await refNames(at.project);
  const remote = refs.filter((ref) => ref.endsWith(`/${name}`));
  const help =
    refs.length === 0
      ? 'this project is in no git repository with commits: name a graph, an image or veridian.lock.json'
      : remote.length > 0
        ? `did you mean ${remote.join(' or ')}?`
        : `there are ${refs.slice(0, 8).join(', ')}${refs.length > 8 ? ', …' : ''}; a shallow clone has only what was fetched: git fetch --unshallow`;
  throw new ToolError({
    code: 'VRD0425',
    message: `there is no ${name} to compare with: no file ${relative(at.project, join(at.project, name))}, no branch, tag or commit`,
    help,
  });
}

function only(revision: Revision, system: string | undefined): Revision {
  if (system === undefined) return revision;
  return { ...revision, graphs: revision.graphs.filter((graph) => graph.system === system) };
}
