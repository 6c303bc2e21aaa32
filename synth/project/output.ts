/** Writes what a synth made: beside the last good output, and then in its place. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ToolError } from '../findings/index.js';

const reasons: Readonly<Record<string, readonly [why: string, help: string]>> = {
  ENOSPC: ['the disk is full', 'make room and try again'],
  EDQUOT: ['the disk quota is used up', 'make room and try again'],
  EFBIG: ['the file would be larger than is allowed here', 'raise the limit (ulimit -f) and try again'],
  EACCES: ['it may not be written by this user', 'change its owner or its permissions'],
  EPERM: ['it may not be written by this user', 'change its owner or its permissions'],
  EROFS: ['the file system is read-only', 'synthesize in a folder that can be written'],
  ENOTDIR: ['a file is in the place of a folder', 'move that file away'],
  EEXIST: ['a file is in the place of a folder', 'move that file away'],
};

/** A failure to write as the user should see it; anything else is passed on. */
export function outputError(error: unknown, path: string): unknown {
  const { code } = Object(error) as NodeJS.ErrnoException;
  if (code === undefined || !(error instanceof Error)) return error;
  const [why, help] = reasons[code] ?? [`the system says ${code}`, 'nothing was changed'];
  return new ToolError({
    code: 'VRD0025',
    message: `${path} cannot be written: ${why}`,
    help: `${help}; the last good output is as it was`,
  });
}

/** Name of the folder with everything that is made of a project’s systems. */
export const outputFolder = 'veridian.out';

function places(out: string, system: string) {
  const folder = join(out, system);
  return { folder, partial: `${folder}.partial`, previous: `${folder}.previous` };
}

/** Puts right what a process left that was killed while it wrote: whole output stays, half of one goes. */
export function recoverOutput(out: string, system: string): void {
  const { folder, partial, previous } = places(out, system);
  if (!existsSync(partial) && !existsSync(previous)) return;
  rmSync(partial, { recursive: true, force: true });
  if (existsSync(previous) && !existsSync(folder)) renameSync(previous, folder);
  rmSync(previous, { recursive: true, force: true });
}

function writeWhole(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(path, 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a system’s folder whole or not at all. The two renames follow each other without a pause, so that
 * no signal handler comes between; `recoverOutput` repairs what a power cut there leaves.
 */
export function writeOutput(out: string, system: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  const { folder, partial, previous } = places(out, system);
  try {
    mkdirSync(out, { recursive: true });
    recoverOutput(out, system);
    mkdirSync(partial);
    for (const [name, content] of files) writeWhole(join(partial, name), content);
    if (existsSync(folder)) renameSync(folder, previous);
    renameSync(partial, folder);
    rmSync(previous, { recursive: true, force: true });
  } catch (error) {
    try {
      recoverOutput(out, system);
    } catch {
      // What cannot be cleaned either is reported once, by the error that came first.
    }
    throw outputError(error, join(outputFolder, basename(folder)));
  }
}
