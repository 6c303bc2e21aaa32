/** Processes told apart by more than their number, which the system gives out again. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

export const ProcessIdentity = z.object({ pid: z.int().positive(), started: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** When a process was started, in whatever form the system says it; undefined when there is none, or only a dead one. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; what follows it are fields 3 (state) and on, 22 is the start.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state = 'Z', started] = /^(\S+)\s+(.+)$/.exec(stdout.trim()) ?? [];
  return state.startsWith('Z') ? undefined : started;
}

/** A process that is running now. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether it is this very process that runs. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return startOf(pid) === started;
}

const poll = 20;

/** Ends a process: politely, and when it takes longer than `grace` milliseconds, for certain. */
export async function end(process_: ProcessIdentity, grace: number): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (isRunning(process_)) process.kill(process_.pid, name);
    } catch {
      // It ended in between.
    }
  };
  signal('SIGTERM');
  for (let waited = 0; waited < grace; waited += poll) {
    if (!isRunning(process_)) return;
    await sleep(poll);
  }
  signal('SIGKILL');
  while (isRunning(process_)) await sleep(poll);
}
