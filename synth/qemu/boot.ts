import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { ToolError } from '../findings/index.js';
import { commandLine, powerOffCode, type QemuOptions } from './command-line.js';
import { needQemu } from './find.js';

/** How to boot and when to stop. */
export interface BootOptions extends QemuOptions {
  /** Milliseconds after which the machine is ended. @default none */
  readonly timeout?: number;
  /** Ends the machine as soon as its console matches. */
  readonly expect?: RegExp;
  /** Takes the console's bytes as they come. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Gives the machine this process's standard input. @default false */
  readonly interactive?: boolean;
  /** Ends the machine when it is aborted. */
  readonly signal?: AbortSignal;
  /** Leaves Ctrl-C on the terminal to another program of this one's. @default false */
  readonly background?: boolean;
}

/**
 * How a machine ended: by itself with a code, by a reset or a shutdown without one, because the console matched,
 * because the time was over, or because it was told to.
 */
export type Ending = 'powered-off' | 'reset' | 'expected' | 'timeout' | 'interrupted';

/** A machine's run. */
export interface Run {
  readonly ending: Ending;
  /** Code that it powered off with. */
  readonly code?: number;
  /** All that it wrote to its console. */
  readonly console: string;
}

/** Time for QEMU to leave by itself, in milliseconds, before it is killed. */
const GRACE = 2000;

/** Boots a machine and waits until it ends. QEMU never outlives this process. */
export async function boot(options: BootOptions): Promise<Run> {
  const { program } = await needQemu(options.machine.arch);
  const child = spawn(program, commandLine(options), {
    stdio: [options.interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    // A terminal sends Ctrl-C to everybody of one group.
    detached: options.background === true,
  });
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let text = '';
    let complaint = '';
    let ending: Ending | undefined;
    let grace: NodeJS.Timeout | undefined;
    const stop = (why: Ending): void => {
      if (ending) return;
      ending = why;
      child.kill('SIGTERM');
      grace = setTimeout(() => child.kill('SIGKILL'), GRACE);
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(() => stop('timeout'), options.timeout);
    const interrupt = (): void => stop('interrupted');
    const kill = (): void => void child.kill('SIGKILL');
    const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).filter(
      (signal) => signal !== 'SIGINT' || options.background !== true,
    );
    for (const signal of signals) process.on(signal, interrupt);
    process.once('exit', kill);
    options.signal?.addEventListener('abort', interrupt, { once: true });
    if (options.signal?.aborted) interrupt();

    const leave = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      for (const signal of signals) process.removeListener(signal, interrupt);
      process.removeListener('exit', kill);
      options.signal?.removeEventListener('abort', interrupt);
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      text += decoder.write(chunk);
      options.onOutput?.(chunk);
      if (options.expect?.test(text)) stop('expected');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const failed = (what: string): void => {
      leave();
      reject(new ToolError({ code: 'VRD0962', message: `QEMU failed: ${what.trim()}`, help: `it is ${program}` }));
    };
    child.once('error', (error) => failed(error.message));
    child.once('close', (status) => {
      const code = status === null ? undefined : powerOffCode(status);
      // QEMU's own errors exit with 1 as well, which a power-off with code 0 does too; only they have a complaint.
      if (!ending && (status === null || (status === 1 && complaint))) return failed(complaint || 'it was killed');
      leave();
      const console = text + decoder.end();
      if (ending) return resolve({ ending, console });
      resolve(code === undefined ? { ending: 'reset', console } : { ending: 'powered-off', code, console });
    });
  });
}
