/** Starts and stops one machine, with the process that looks after it. */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { imageFiles } from '../../arch/index.js';
import { ToolError } from '../findings/index.js';
import { fileDigest, type MachineRequest, machineFiles, readGraph, readRecord, shownDigest } from './machine.js';
import { isPortTaken } from './ports.js';
import { end } from './process-identity.js';
import type { Report } from './supervise.js';

/** Milliseconds for a supervisor to end its machine and itself. */
const grace = 5000;
/** Milliseconds that a machine has to say that it has booted. */
export const defaultBootTimeout = 60_000;
/** Lines of a console that an error shows. */
const shownLines = 12;

/** Ends a machine, whatever state it is in, and removes its folder. */
export async function stopMachine(folder: string): Promise<void> {
  const record = readRecord(folder);
  if (record !== undefined) {
    await end(record.supervisor, grace);
    if (record.qemu !== undefined) await end(record.qemu, 0);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The last lines of a machine’s console. */
function lastLines(folder: string): string[] {
  try {
    const text = readFileSync(join(folder, machineFiles.console), 'utf8');
    return text.trimEnd().split(/\r?\n/).slice(-shownLines);
  } catch {
    return [];
  }
}

function notBooted({ name }: MachineRequest, why: string, said: readonly string[]): ToolError {
  const heard = said.length === 0 ? ['its console is empty'] : ['its console ends with:', ...said.map((l) => `  ${l}`)];
  return new ToolError({
    code: 'VRD0983',
    message: [`${name} did not boot: ${why}`, ...heard].join('\n'),
    help: 'try the system with `veridian run`; `--boot-timeout 5m` waits longer',
  });
}

/** The error of a port that something else has. */
export function portTaken(name: string, port: number): ToolError {
  return new ToolError({
    code: 'VRD0982',
    message: `port ${port} of this machine is in use, and ${name} forwards it`,
    help: `end what listens on 127.0.0.1:${port}, or give the QemuVm another \`host\` port`,
  });
}

/** Copies what a machine boots, so that the next synth does not change it, and gives the digest of its graph. */
function prepare(folder: string, request: MachineRequest): string {
  mkdirSync(folder, { recursive: true });
  copyFileSync(resolve(request.system, 'graph.json'), join(folder, machineFiles.graph));
  const arch = readGraph(folder)?.machine.arch ?? 'x86_64';
  copyFileSync(resolve(request.system, imageFiles[arch]), join(folder, machineFiles.image));
  const image = createHash('sha256')
    .update(readFileSync(join(folder, machineFiles.image)))
    .digest('hex');
  if (image !== request.image) {
    throw new ToolError({
      code: 'VRD0983',
      message: `the image for ${request.name} is not the one that was planned: it changed meanwhile`,
      help: 'deploy again',
    });
  }
  return fileDigest(join(folder, machineFiles.graph));
}

/**
 * Starts a machine in the folder that `request` names and waits until its console has shown the graph’s digest.
 * A machine that does not boot leaves nothing behind.
 *
 * @returns the digest of its graph
 */
export async function startMachine(request: MachineRequest, timeout: number): Promise<string> {
  const folder = resolve(request.folder);
  await stopMachine(folder);
  for (const { host } of request.ports) if (await isPortTaken(host)) throw portTaken(request.name, host);
  let digest: string;
  try {
    digest = prepare(folder, request);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const settings = { ...request, disks: request.disks.map((file) => resolve(file)) };
  const program = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? 'vm.ts' : 'vm.js');
  const child = fork(program, ['supervise', folder, JSON.stringify(settings), digest], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const failure = await new Promise<string | undefined>((done) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (why?: string): void => {
      clearTimeout(timer);
      done(why);
    };
    const late = `it did not say that it has booted within ${timeout / 1000} s`;
    child.on('message', (report: Report) => {
      // The time counts for the machine, not for the programs that start it.
      if (report.kind === 'started') timer = setTimeout(() => finish(late), timeout);
      else finish(report.kind === 'failed' ? report.why : undefined);
    });
    child.once('error', (error) => finish(error.message));
    child.once('exit', () => finish('the process that looks after it ended'));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => finish('it was interrupted'));
  });
  if (failure !== undefined) {
    const lines = lastLines(folder);
    if (child.connected) child.disconnect();
    await stopMachine(folder);
    throw notBooted(request, failure, lines);
  }
  await new Promise<void>((done) => child.send('keep', () => done()));
  if (child.connected) child.disconnect();
  child.unref();
  return shownDigest(digest);
}
