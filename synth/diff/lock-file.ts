/** `veridian.lock.json`: the authority that somebody reviewed, one fact a line, so that a change of it reads well. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { canonicalGraph, graphVersion, type Source, SystemGraph } from '../../constructs/graph/index.js';
import { ToolError } from '../findings/index.js';
import { outputError } from '../project/index.js';

export const lockFile = 'veridian.lock.json';

/** Name and version of the format. A reader refuses one that it does not know, by name. */
export const lockVersion = 'veridian.lock/1';

/** What is no authority and would make the file change for nothing. */
const left = new Set(['source', 'stack', 'role', 'sha256', 'needs']);

const Fact = z.record(z.string(), z.unknown());
const Lock = z.strictObject({
  schema: z.literal(lockVersion),
  systems: z.array(
    z.strictObject({
      system: z.string().min(1),
      machine: Fact,
      interfaces: z.array(Fact),
      programs: z.array(Fact),
      nodes: z.array(Fact),
      edges: z.array(Fact),
    }),
  ),
});

function fact(value: unknown): string {
  const order = (_key: string, inner: unknown): unknown => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).filter(([name]) => !left.has(name)));
  };
  return JSON.stringify(value, order);
}

function list(name: string, facts: readonly unknown[]): string {
  if (facts.length === 0) return `      "${name}": []`;
  return `      "${name}": [\n${facts.map((one) => `        ${fact(one)}`).join(',\n')}\n      ]`;
}

/** The text of the file: the same systems give the same bytes. */
export function lockText(graphs: readonly SystemGraph[]): string {
  const systems = [...graphs]
    .sort((a, b) => (a.system < b.system ? -1 : 1))
    .map(canonicalGraph)
    .map((graph) => {
      const nodes = graph.nodes.map((node) => (node.type === 'MemoryZone' ? { ...node, size: undefined } : node));
      const parts = [
        `      "system": ${JSON.stringify(graph.system)}`,
        `      "machine": ${fact({ name: graph.machine.name, arch: graph.machine.arch })}`,
        list('interfaces', graph.interfaces),
        list('programs', graph.programs),
        list(
          'nodes',
          nodes.map(({ path, type, ...rest }) => ({ path, type, ...rest })),
        ),
        list(
          'edges',
          graph.edges.map(({ subject, need, kind, object, rights }) => ({ subject, need, kind, object, rights })),
        ),
      ];
      return `    {\n${parts.join(',\n')}\n    }`;
    });
  const body = systems.length === 0 ? '[]' : `[\n${systems.join(',\n')}\n  ]`;
  return `{\n  "schema": "${lockVersion}",\n  "systems": ${body}\n}\n`;
}

function damaged(name: string, why: string, line?: number): ToolError {
  return new ToolError({
    code: 'VRD0424',
    message: `${name} cannot be read: ${why}`,
    ...(line === undefined ? {} : { source: { file: name, line } }),
    help: 'restore it with `git checkout`, or review the system and write it again with `veridian lock`',
  });
}

/** The line of each fact, to point at. */
function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) lines.set(line.trim().replace(/,$/, ''), index + 1);
  return lines;
}

/** Reads the text of a lock file to graphs whose sources are lines of that file. */
export function readLockText(text: string, name: string = lockFile): SystemGraph[] {
  const conflict = text.split('\n').findIndex((line) => /^(<{7}|={7}|>{7})/.test(line));
  if (conflict >= 0) throw damaged(name, 'a merge left its conflict marks in it', conflict + 1);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(name, `it is not JSON: ${(error as Error).message}`);
  }
  const version = (Object(json) as { schema?: unknown }).schema;
  if (typeof version === 'string' && version !== lockVersion) throw otherVersion(name, version, lockVersion);
  const lock = Lock.safeParse(json);
  if (!lock.success) {
    const [issue] = lock.error.issues;
    throw damaged(name, `${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const lines = linesOf(text);
  return lock.data.systems.map((locked) => {
    const source = (value: unknown): Source => ({ file: name, line: lines.get(JSON.stringify(value)) ?? 1 });
    const start = (lines.get(`"system": ${JSON.stringify(locked.system)}`) ?? 1) - 1;
    const own: Source = { file: name, line: Math.max(1, start) };
    const graph = SystemGraph.safeParse({
      schema: graphVersion,
      system: locked.system,
      source: own,
      machine: { memory: 0, cores: 1, ...locked.machine, source: own },
      interfaces: locked.interfaces,
      programs: locked.programs.map((one) => ({ ...one, needs: [] })),
      nodes: locked.nodes.map((one) => ({
        ...one,
        ...(one.type === 'Component' ? { stack: 0, role: 'component' } : {}),
        ...(one.type === 'MemoryZone' ? { size: 0 } : {}),
        source: source(one),
      })),
      edges: locked.edges.map((one) => ({ ...one, source: source(one) })),
    });
    if (graph.success) return graph.data;
    const [issue] = graph.error.issues;
    throw damaged(name, `${locked.system}: ${issue?.path.join('.')}: ${issue?.message}`);
  });
}

/** A graph or lock file that another version of Veridian wrote. */
export function otherVersion(name: string, found: string, known: string): ToolError {
  return new ToolError({
    code: 'VRD0427',
    message: `${name} is ${found}, and this version of Veridian reads ${known}`,
    help: 'write it again with this version, or compare with the version of Veridian that wrote it',
  });
}

/** Reads a project’s lock file. */
export function readLock(project: string): SystemGraph[] {
  let text: string;
  try {
    text = readFileSync(join(project, lockFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new ToolError({
      code: 'VRD0423',
      message: `there is no ${lockFile} in this project`,
      help: 'review the system and write it with `veridian lock`',
    });
  }
  return readLockText(text);
}

/** Writes a project’s lock file, whole or not at all. Whether it changed. */
export function writeLock(project: string, graphs: readonly SystemGraph[]): boolean {
  const file = join(project, lockFile);
  const text = lockText(graphs);
  let before: string | undefined;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    before = undefined;
  }
  if (before === text) return false;
  const partial = `${file}.${process.pid}`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw outputError(error, lockFile);
  }
  return true;
}
