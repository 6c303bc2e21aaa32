import type { ChildProcess } from 'node:child_process';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** Ends what was started, then lets the signal have the effect that it has without this listener. */
function onSignal(signal: NodeJS.Signals): void {
  endAll();
  unwatch();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function watch(): void {
  process.on('exit', endAll);
  for (const signal of signals) process.on(signal, onSignal);
}

function unwatch(): void {
  process.removeListener('exit', endAll);
  for (const signal of signals) process.removeListener(signal, onSignal);
}

/** Sees to it that `child` does not outlive this process, whatever ends it but SIGKILL. */
export function adopt(child: ChildProcess): void {
  if (running.size === 0) watch();
  running.add(child);
}

/** Ends that watch: `child` has ended. */
export function release(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) unwatch();
}
