/** Where a user wrote something down: cheap enough for every construct and every grant. */
import { existsSync, realpathSync } from 'node:fs';
import { findSourceMap, type SourceMap } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, type Place } from './bundle.js';
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

const relatives = new Map<string, string>();

/** Relative to the project's root, with `/` between folders. */
export function relativeFile(file: string): string {
  let known = relatives.get(file);
  if (known === undefined) {
    known = relative(projectRoot(), fileName(file)).split(sep).join('/');
    relatives.set(file, known);
  }
  return known;
}

const ours = new Map<string, boolean>();

/** Whether a frame's file is the library's or the runtime's, not the user's. */
function isOurs(name: string | null | undefined): boolean {
  if (name === null || name === undefined || name.startsWith('node:')) return true;
  let known = ours.get(name);
  if (known === undefined) {
    const file = fileName(name);
    const inPackage = file.startsWith(packageRoot) ? file.slice(packageRoot.length).split(sep).join('/') : undefined;
    known =
      // A bundle is all that the user wrote, and everything beside it is packages.
      bundle !== undefined
        ? file !== bundle.file
        : file.includes(`${sep}node_modules${sep}`) || (inPackage !== undefined && library.test(inPackage));
    ours.set(name, known);
  }
  return known;
}

/** A place in the bundle, when somebody wrote it: some of its lines are the bundler's. */
function placed(place: Place | undefined): Source | undefined {
  return place && { file: relativeFile(place.file), line: place.line, column: place.column };
}

/** The source that a line of a stack trace names, when it is the user's. */
function parseFrame(line: string): Source | undefined {
  const frame = line.trim().replace(/^at (?:async )?/, '');
  // `Foo.method (file:///…:1:2)`, or the place alone.
  const place = frame.endsWith(')') ? frame.slice(frame.indexOf(' (') + 2, -1) : frame;
  const [, file, at, column] = /^(.+):(\d+):(\d+)$/.exec(place) ?? [];
  if (file === undefined || isOurs(file)) return undefined;
  if (bundle !== undefined) return placed(bundle.at(Number(at), Number(column)));
  return { file: relativeFile(file), line: Number(at), column: Number(column) };
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

/** A function or class, as `Error.captureStackTrace` takes it. */
export type Callable = NonNullable<Parameters<typeof Error.captureStackTrace>[1]>;

const unknown: Source = { file: 'unknown', line: 0 };
const frames = (_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;

function callSites(depth: number, below: Callable): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = frames;
  Error.stackTraceLimit = depth;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.captureStackTrace(holder, below);
  const sites = holder.stack ?? [];
  // Assigned even when it was undefined: deleting it would make every later capture slow.
  Error.prepareStackTrace = prepareStackTrace as typeof frames;
  Error.stackTraceLimit = stackTraceLimit;
  return sites;
}

/** Where a stack trace in text says that the call came from. */
function sourceInText(below: Callable): Source {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below);
  const source = sourceOfStack(holder.stack);
  Error.stackTraceLimit = stackTraceLimit;
  return source ?? unknown;
}

const sourceMaps = new Map<string, SourceMap | undefined>();

/** Kept, because Node parses the whole map each time that it is asked for it. */
function sourceMapOf(file: string): SourceMap | undefined {
  if (!sourceMaps.has(file)) sourceMaps.set(file, findSourceMap(file));
  return sourceMaps.get(file);
}

/**
 * The position in the file as it was written. Node maps a stack trace in text as well, but looks
 * through the whole file for each: only where others do the mapping, as test runners do, the text is read.
 */
function mappedSource(file: string, line: number, column: number, below: Callable): Source {
  const entry = sourceMapOf(file)?.findEntry(line - 1, column - 1);
  if (entry !== undefined && 'originalLine' in entry) {
    return { file: relativeFile(file), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
  if (Error.prepareStackTrace !== undefined) return sourceInText(below);
  return { file: relativeFile(file), line, column };
}

const known = new Map<string, Source>();

/** The user's line that a frame stands for, when it is the user's. */
function sourceOfSite(site: NodeJS.CallSite, below: Callable): Source | undefined {
  if (isOurs(site.getFileName())) return undefined;
  if (bundle !== undefined) return placed(bundle.atOffset(site.getPosition()));
  const file = site.getFileName() ?? '';
  const line = site.getLineNumber() ?? 1;
  const column = site.getColumnNumber() ?? 1;
  const key = `${file}:${line}:${column}`;
  let source = known.get(key);
  if (source === undefined) {
    source = mappedSource(file, line, column, below);
    known.set(key, source);
  }
  return source;
}

/**
 * The user's line that led to the call, skipping the library's own and other packages' frames.
 *
 * @param below the library's function that the user called, if it is known: a capture costs as much as
 *   the frames that it takes, and the one below that function is nearly always the user's.
 */
export function captureSource(below?: Callable): Source {
  if (below !== undefined) {
    const [site] = callSites(1, below);
    const source = site && sourceOfSite(site, below);
    if (source !== undefined) return source;
  }
  for (const site of callSites(Number.POSITIVE_INFINITY, captureSource)) {
    const source = sourceOfSite(site, captureSource);
    if (source !== undefined) return source;
  }
  return unknown;
}
