/** One synth of a project at a time: the second waits for the first. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputError } from './output.js';

const poll = 50;

function owner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes the lock: the file appears with its content, by a link, or not at all. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(own);
  }
}

/** Removes the lock of a process that is gone, unless another took it meanwhile. */
function clear(file: string, dead: number): void {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
    if (owner(aside) !== dead) linkSync(aside, file);
    rmSync(aside, { force: true });
  } catch {
    // Another process was faster.
  }
}

/** Waits for a project’s lock. `waiting` is called once when another process has it. Returns how to release it. */
export async function lockProject(project: string, waiting: (pid: number) => void): Promise<() => void> {
  const file = join(project, '.veridian', 'lock');
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw outputError(error, dirname(file));
  }
  let told = false;
  for (;;) {
    try {
      if (take(file)) break;
    } catch (error) {
      throw outputError(error, file);
    }
    const pid = owner(file);
    if (pid !== undefined && !alive(pid)) clear(file, pid);
    else if (pid !== undefined) {
      if (!told) waiting(pid);
      told = true;
      await sleep(poll);
    }
  }
  let held = true;
  return () => {
    if (held) rmSync(file, { force: true });
    held = false;
  };
}
