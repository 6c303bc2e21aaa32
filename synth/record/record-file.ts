/** `veridian.out/<system>.record.json`: what all recorded runs of a system used together. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../findings/index.js';
import { outputError, outputFolder } from '../project/index.js';
import type { Recorded } from './uses.js';

/** Name and version of the format. A reader refuses one that it does not know. */
export const recordVersion = 'veridian.record/1';

const Use = z.strictObject({
  subject: z.string(),
  need: z.string(),
  rights: z.array(z.string()),
  methods: z.array(z.string()),
});

/** One run: how it ended and how long it took. What it did not do is not recorded. */
const RecordedRun = z.strictObject({
  ended: z.enum(['powered-off', 'reset', 'expected', 'timeout', 'interrupted']),
  /** Code that it powered off with. */
  code: z.int().optional(),
  milliseconds: z.int().nonnegative(),
});

export const RecordFile = z.strictObject({
  schema: z.literal(recordVersion),
  system: z.string(),
  machine: z.string(),
  /** Digest of the graph: what ran. */
  digest: z.string(),
  runs: z.array(RecordedRun).min(1),
  /** Uses that could not be told whose they are. */
  lost: z.int().nonnegative(),
  uses: z.array(Use),
});

export type RecordedRun = z.infer<typeof RecordedRun>;
export type RecordFile = z.infer<typeof RecordFile>;

/** Where the record of a system lies; `output` is the name of the folder of its output. */
export function recordPath(project: string, output: string): string {
  return join(project, outputFolder, `${output}.record.json`);
}

function damaged(path: string, why: string): ToolError {
  return new ToolError({
    code: 'VRD0994',
    message: `${outputFolder}/${basename(path)} cannot be read: ${why}`,
    help: 'delete it and record again: `veridian run --record`',
  });
}

/** The record, undefined where there is none. */
export function readRecord(path: string): RecordFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(path, (error as Error).message);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(path, `it is not JSON: ${(error as Error).message}`);
  }
  const version = (Object(json) as { schema?: unknown }).schema;
  if (typeof version === 'string' && version !== recordVersion)
    throw damaged(path, `it is ${version}, and this version of Veridian reads ${recordVersion}`);
  const record = RecordFile.safeParse(json);
  if (record.success) return record.data;
  const [issue] = record.error.issues;
  throw damaged(path, `${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/** The record with one run more. Runs of another state of the system do not count any more. */
export function addRun(
  before: RecordFile | undefined,
  of: Pick<RecordFile, 'system' | 'machine' | 'digest'>,
  run: RecordedRun,
  { uses, lost }: Recorded,
): RecordFile {
  const kept = before?.digest === of.digest ? before : undefined;
  const all = new Map((kept?.uses ?? []).map((use) => [`${use.subject} ${use.need}`, use]));
  for (const use of uses) {
    const known = all.get(`${use.subject} ${use.need}`);
    const join = (one: readonly string[] = [], other: readonly string[]) => [...new Set([...one, ...other])].sort();
    all.set(`${use.subject} ${use.need}`, {
      subject: use.subject,
      need: use.need,
      rights: join(known?.rights, use.rights),
      methods: join(known?.methods, use.methods),
    });
  }
  return {
    schema: recordVersion,
    ...of,
    runs: [...(kept?.runs ?? []), run],
    lost: (kept?.lost ?? 0) + lost,
    uses: [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use),
  };
}

/** Writes it, whole or not at all. */
export function writeRecord(path: string, record: RecordFile): void {
  const partial = `${path}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // There is no folder for it either; the error that came first says so.
    }
    throw outputError(error, join(outputFolder, basename(path)));
  }
}
