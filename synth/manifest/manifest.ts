/** What a native program says of itself: the needs that the runtime’s macro put in its ELF note. */
import type { Need } from '../../constructs/graph/index.js';
import { note } from '../../kernel/abi/index.js';
import type { Elf } from '../elf/index.js';

export interface Manifest {
  /** The program’s own name. */
  readonly program: string;
  /** Digest (16 hexadecimal digits) of each interface that it was built against. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** In the program’s order: need i is slot i. */
  readonly needs: readonly Need[];
}

/** The program has no needs note, or one that cannot be read; `missing` tells which. */
export class ManifestError extends Error {
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.name = 'ManifestError';
    this.missing = missing;
  }
}

const firstLine = 'veridian-needs 1';
const patterns = {
  program: /^program (\S+)$/,
  interface: /^interface ([A-Za-z][A-Za-z0-9_]*) ([0-9a-f]{16})$/,
  need: /^need(\??) ([a-zA-Z][a-zA-Z0-9_]*) ([A-Za-z][A-Za-z0-9_]*|Server<[A-Za-z][A-Za-z0-9_]*>) ((?:[a-zA-Z][a-zA-Z0-9_]*)(?:,[a-zA-Z][a-zA-Z0-9_]*)*|-?) ?(\S.*):([0-9]+)$/,
} as const;

/** Reads the note’s text. */
export function parseManifest(text: string): Manifest {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '');
  if (first !== firstLine)
    throw new ManifestError(`its needs note starts with "${first ?? ''}" instead of "${firstLine}"`);
  let program: string | undefined;
  const interfaces = new Map<string, string>();
  const needs: Need[] = [];
  for (const line of lines) {
    const named = patterns.program.exec(line);
    const spoken = patterns.interface.exec(line);
    const need = patterns.need.exec(line);
    if (named?.[1] !== undefined) program = named[1];
    else if (spoken?.[1] !== undefined && spoken[2] !== undefined) interfaces.set(spoken[1], spoken[2]);
    else if (need) {
      const [, mark, name = '', kind = '', rights = '', file = '', number = '0'] = need;
      needs.push({
        name,
        kind,
        rights: rights === '' || rights === '-' ? [] : rights.split(','),
        ...(mark === '?' ? { optional: true as const } : {}),
        source: { file, line: Number(number) },
      });
    } else throw new ManifestError(`its needs note has a line that cannot be read: "${line}"`);
  }
  if (program === undefined) throw new ManifestError('its needs note does not name the program');
  return { program, interfaces, needs };
}

/** The text of a note: what the runtime’s macro writes. */
export function manifestText({ program, interfaces, needs }: Manifest): string {
  return [
    firstLine,
    `program ${program}`,
    ...[...interfaces].map(([name, digest]) => `interface ${name} ${digest}`),
    ...needs.map(
      ({ name, kind, rights, optional, source }) =>
        `need${optional ? '?' : ''} ${name} ${kind} ${rights.join(',')} ${source.file}:${source.line}`,
    ),
    '',
  ].join('\n');
}

/** The manifest in a program’s ELF file. */
export function readManifest(elf: Elf): Manifest {
  const found = elf.notes.filter(({ owner, type }) => owner === note.name && type === note.type);
  const [only] = found;
  if (!only) throw new ManifestError('it has no needs note', true);
  if (found.length > 1) throw new ManifestError(`it has ${found.length} needs notes`);
  try {
    return parseManifest(new TextDecoder('utf-8', { fatal: true }).decode(only.description));
  } catch (error) {
    if (error instanceof TypeError) throw new ManifestError('its needs note is not UTF-8');
    throw error;
  }
}
