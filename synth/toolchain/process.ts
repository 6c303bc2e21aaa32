import { spawn } from 'node:child_process';
import { adopt, release } from './children.js';

/** What a finished child process left behind. */
export interface Finished {
  /** Exit code; 1 when a signal ended it, 127 when it could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because `timeout` had passed. */
  readonly timedOut: boolean;
}

/** How to run a child process. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with every whole line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds after which it is ended. @default none */
  readonly timeout?: number;
  /** Lets the child write to the terminal itself instead of being captured. @default false */
  readonly inherit?: boolean;
  /** Lets the child read the terminal, to ask for a password. @default false */
  readonly asks?: boolean;
  /** What the child reads on standard input, once that is known. @default nothing */
  readonly input?: Promise<string>;
}

/**
 * Runs a program to its end and captures what it writes. It stays in this process's group, so that Ctrl-C on a
 * terminal ends it too, and no signal to this process alone leaves it behind. A program that cannot be started ends with code 127, as in a shell.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const stdin = options.asks ? 'inherit' : options.input ? 'pipe' : 'ignore';
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.inherit ? 'inherit' : [stdin, 'pipe', 'pipe'],
    });
    // A child that has ended reads nothing, which its exit code tells.
    child.stdin?.on('error', () => {});
    const give = (text: string): void => void child.stdin?.end(text);
    options.input?.then(give, () => give(''));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    let tail = '';
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeout);
    adopt(child);
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr.push(chunk);
      if (!options.onLine) return;
      const lines = (tail + chunk.toString()).split(/[\r\n]+/);
      tail = lines.pop() ?? '';
      for (const line of lines) if (line.trim()) options.onLine(line);
    });
    const finish = (code: number, extra = ''): void => {
      clearTimeout(timer);
      release(child);
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();
      resolve({ code, stdout: text(stdout), stderr: text(stderr) + extra, timedOut });
    };
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code) => finish(code ?? 1));
  });
}
