import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is written from something else and kept beside what people write. */
export interface Rendered {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

/** Whether the file on disk is not what it would be now. */
export function isStale({ path, text }: Rendered): boolean {
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
}

/** Writes the file whole or not at all, and only when it changes, so that nothing is built again for nothing. */
export async function writeRendered(file: Rendered): Promise<void> {
  if (!isStale(file)) return;
  await mkdir(dirname(file.path), { recursive: true });
  const beside = `${file.path}.${process.pid}.new`;
  try {
    await writeFile(beside, file.text);
    await rename(beside, file.path);
  } finally {
    await rm(beside, { force: true });
  }
}
