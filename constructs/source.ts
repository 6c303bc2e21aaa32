/** Where a user wrote something down: cheap enough for every construct and every grant. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from './graph/index.js';

const packageRoot = fileURLToPath(new URL('../', import.meta.url));

/** The library's own folders. Its tests and its examples are users of it. */
const library = /^(?:(?:arch|constructs|kernel|services|synth)\/(?!.*\.(?:test|bench)\.ts$)|index\.[jt]s$)/;

function findProjectRoot(): string {
  const given = process.env.VERIDIAN_ROOT;
  if (given !== undefined) return realpathSync(given);
  const start = dirname(realpathSync(process.argv[1] ?? '.'));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'cdktf.json'))) return folder;
    if (folder === dirname(folder)) return realpathSync('.');
  }
}

let root: string | undefined;

/** The project's folder: VERIDIAN_ROOT, else the nearest one with a `cdktf.json` above the definition. */
export function projectRoot(): string {
  root ??= findProjectRoot();
  return root;
}

/** Takes URL and query off the name that the runtime gives a file. */
function fileName(name: string): string {
  const plain = name.replace(/\?.*$/, '');
  return plain.startsWith('file://') ? fileURLToPath(plain) : plain;
}

/** Relative to the project's root, with `/` between folders. */
export function relativeFile(file: string): string {
  return relative(projectRoot(), fileName(file)).split(sep).join('/');
}

const ours = new Map<string, boolean>();

/** Whether a frame's file is the library's or the runtime's, not the user's. */
function isOurs(name: string | null | undefined): boolean {
  if (name === null || name === undefined || name.startsWith('node:')) return true;
  let known = ours.get(name);
  if (known === undefined) {
    const file = fileName(name);
    const inPackage = file.startsWith(packageRoot) ? file.slice(packageRoot.length).split(sep).join('/') : undefined;
    known = file.includes(`${sep}node_modules${sep}`) || (inPackage !== undefined && library.test(inPackage));
    ours.set(name, known);
  }
  return known;
}

const frameText = /\(?([^\s()][^()]*):(\d+):(\d+)\)?$/;

/** The source that a line of a stack trace names, when it is the user's. */
function parseFrame(line: string): Source | undefined {
  const match = frameText.exec(line.replace(/^\s*at (?:async )?/, '').replace(/^.*\((?=.*\)$)/, '('));
  if (match === null || match[1] === undefined || isOurs(match[1])) return undefined;
  return { file: relativeFile(match[1]), line: Number(match[2]), column: Number(match[3]) };
}

/** The first line of a stack trace that is the user's. */
export function sourceOfStack(stack: string | undefined): Source | undefined {
  for (const line of (stack ?? '').split('\n')) {
    if (!/^\s*at /.test(line)) continue;
    const source = parseFrame(line);
    if (source !== undefined) return source;
  }
  return undefined;
}

const unknown: Source = { file: 'unknown', line: 0 };
const frames = (_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;

function callSites(depth: number): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = frames;
  Error.stackTraceLimit = depth;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.captureStackTrace(holder, captureSource);
  const sites = holder.stack ?? [];
  if (prepareStackTrace === undefined) {
    delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  } else {
    Error.prepareStackTrace = prepareStackTrace;
  }
  Error.stackTraceLimit = stackTraceLimit;
  return sites;
}

/** The same position as source maps see it; asked once for every line, since it is slow. */
function mappedSource(): Source {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, captureSource);
  const source = sourceOfStack(holder.stack);
  Error.stackTraceLimit = stackTraceLimit;
  return source ?? unknown;
}

const known = new Map<string, Source>();
/** Most calls come straight from the definition: look there first. */
const shallow = 6;

/** The user's line that led to the call, skipping the library's own and other packages' frames. */
export function captureSource(): Source {
  for (const depth of [shallow, Number.POSITIVE_INFINITY]) {
    const sites = callSites(depth);
    const site = sites.find((candidate) => !isOurs(candidate.getFileName()));
    if (site === undefined) {
      if (sites.length < depth) break;
      continue;
    }
    const key = `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
    let source = known.get(key);
    if (source === undefined) {
      source = mappedSource();
      known.set(key, source);
    }
    return source;
  }
  return unknown;
}
