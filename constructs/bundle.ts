/**
 * The definition as the `veridian` command runs it: its modules in one file, which Node loads in a tenth of the time
 * that a loader for TypeScript takes. VERIDIAN_DEFINITION names that file, VERIDIAN_MAIN the module that it begins in.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';

/** A place in a file as somebody wrote it; both counted from 1. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Offsets at which the lines of a text begin. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A file made of others, with its source map beside it. */
export class Bundle {
  private map: SourceMap | undefined;
  private starts: readonly number[] | undefined;
  private readonly places = new Map<number, Place | undefined>();
  private readonly files = new Map<string, string>();

  constructor(readonly file: string) {}

  /** Where the code at a line and column of the bundle was written, if it was. */
  at(line: number, column: number): Place | undefined {
    this.map ??= new SourceMap(JSON.parse(readFileSync(`${this.file}.map`, 'utf8')));
    const entry = this.map.findEntry(line - 1, column - 1);
    if (!('originalLine' in entry) || typeof entry.originalSource !== 'string') return undefined;
    const { originalSource } = entry;
    const known = this.files.get(originalSource) ?? resolve(dirname(this.file), originalSource);
    this.files.set(originalSource, known);
    return { file: known, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  /**
   * The same for an offset in the bundle. V8 knows the offset of a call at once, but reads the file from its
   * beginning each time that it is asked for a line.
   */
  atOffset(offset: number): Place | undefined {
    if (this.places.has(offset)) return this.places.get(offset);
    this.starts ??= lineStarts(readFileSync(this.file, 'utf8'));
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const place = this.at(low + 1, offset - (this.starts[low] ?? 0) + 1);
    this.places.set(offset, place);
    return place;
  }
}

const file = process.env.VERIDIAN_DEFINITION;

/** The bundle that this process runs, if it runs one. */
export const bundle: Bundle | undefined = file === undefined ? undefined : new Bundle(file);
