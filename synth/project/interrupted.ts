/** Work to do before this process is ended by a signal, so that Ctrl-C leaves nothing half done. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs something; when a signal ends the process meanwhile, `cleanup` runs first. It must be synchronous.
 * The signal then has its usual effect.
 */
export async function guarded<T>(work: () => Promise<T>, cleanup: () => void): Promise<T> {
  const handlers = signals.map((signal) => {
    const handler = (): void => {
      cleanup();
      leave();
      process.kill(process.pid, signal);
    };
    return { signal, handler };
  });
  const leave = (): void => {
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
  for (const { signal, handler } of handlers) process.on(signal, handler);
  try {
    return await work();
  } finally {
    leave();
    cleanup();
  }
}
