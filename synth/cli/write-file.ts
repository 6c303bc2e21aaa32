import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from './failure.js';

/**
 * Writes a file whole or not at all.
 *
 * @param replace whether a file that is there already may be replaced
 */
export function writeFile(path: string, text: string, { replace }: { readonly replace: boolean }): void {
  if (!replace && existsSync(path))
    throw new UsageError(`${path} is there already`, 'name another file, or move that one away: it may be yours');
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
