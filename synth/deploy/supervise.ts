/** Looks after one machine: writes its console down, knows when it has booted and when it is gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { commandLine, needQemu, powerOffCode } from '../qemu/index.js';
import type { Arch } from '../toolchain/index.js';
import { type MachineRequest, machineFiles, readGraph, shownDigest, writeRecord } from './machine.js';
import { identify } from './process-identity.js';

/** What a supervisor tells the process that started it. */
export type Report =
  | { readonly kind: 'started' }
  | { readonly kind: 'booted' }
  | { readonly kind: 'failed'; readonly why: string };

/** Bytes of a console that are kept; as many again are kept of what came before. */
const consoleLimit = 4 * 1024 * 1024;
/** Bytes of a console that are looked through for the boot line. */
const bootLimit = 64 * 1024;
/** Milliseconds between two looks at whether the machine’s folder is still there. */
const watchInterval = 1000;
/** Milliseconds for QEMU to end by itself. */
const grace = 2000;

const bootLine = /^veridian \S+ \S+ abi [0-9a-f]{8} graph ([0-9a-f]{8})\r?$/m;

/** QEMU’s arguments for the devices that a deployed machine has beside those of its board. */
export function deviceArguments({ ports, disks }: Pick<MachineRequest, 'ports' | 'disks'>): string[] {
  const forwards = ports.map(({ host, guest }) => `hostfwd=tcp:127.0.0.1:${host}-:${guest}`);
  return [
    ...(forwards.length === 0
      ? []
      : ['-netdev', ['user', 'id=net0', ...forwards].join(','), '-device', 'virtio-net-pci,netdev=net0,romfile=']),
    ...disks.flatMap((file, index) => [
      ...['-drive', `file=${file.replaceAll(',', ',,')},if=none,id=disk${index},format=raw`],
      ...['-device', `virtio-blk-pci,drive=disk${index}`],
    ]),
  ];
}

/** Appends to a machine’s console, and keeps it from growing for ever. */
function writeConsole(folder: string, chunk: Buffer): void {
  const file = join(folder, machineFiles.console);
  try {
    if (existsSync(file) && statSync(file).size + chunk.length > consoleLimit) renameSync(file, `${file}.1`);
    appendFileSync(file, chunk);
  } catch {
    // A full disk, or a folder that was just removed: the machine runs on without its console written down.
  }
}

/**
 * Runs the machine of a folder until it ends, or is told to by SIGTERM, or the folder is gone. Until `keep` comes from
 * the starter, the machine ends with the starter.
 */
export async function supervise(folder: string, request: MachineRequest, digest: string): Promise<void> {
  const graph = readGraph(folder);
  const supervisor = identify(process.pid);
  if (graph === undefined || supervisor === undefined) throw new Error(`${folder} is not whole`);
  const arch = graph.machine.arch as Arch;
  const { program } = await needQemu(arch);
  const machine = { ...graph.machine, arch, memory: request.memory };
  const image = join(folder, machineFiles.image);
  const child = spawn(program, [...commandLine({ machine, image }), ...deviceArguments(request)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const qemu = child.pid === undefined ? undefined : identify(child.pid);
  const base = { request, graph: digest, supervisor, ...(qemu === undefined ? {} : { qemu }) };
  process.once('exit', () => child.kill('SIGKILL'));
  writeRecord(folder, { ...base, state: 'starting' });

  let booted = false;
  let kept = false;
  let stopping = false;
  let failed = false;
  let seen = '';
  let complaint = '';
  const report = (message: Report): void => {
    failed ||= message.kind === 'failed';
    if (process.connected) process.send?.(message);
  };
  const stop = (): void => {
    stopping = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), grace).unref();
  };
  const decoder = new StringDecoder('utf8');
  child.stdout?.on('data', (chunk: Buffer) => {
    writeConsole(folder, chunk);
    if (booted || seen.length > bootLimit) return;
    seen += decoder.write(chunk);
    const shown = bootLine.exec(seen.slice(0, seen.lastIndexOf('\n') + 1))?.[1];
    if (shown === undefined) return;
    if (shown !== shownDigest(digest)) {
      report({ kind: 'failed', why: `it boots graph ${shown}, which is not ${shownDigest(digest)}` });
      stop();
      return;
    }
    booted = true;
    writeRecord(folder, { ...base, state: 'running' });
    report({ kind: 'booted' });
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-bootLimit);
  });
  process.on('SIGTERM', stop);
  // Ctrl-C on the terminal is for the command that deploys.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('message', () => {
    kept = true;
    process.disconnect();
  });
  process.on('disconnect', () => {
    if (!kept) stop();
  });
  report({ kind: 'started' });
  // The starter may have ended before anything here could notice.
  if (!process.connected) stop();
  const watch = setInterval(() => {
    if (!existsSync(join(folder, machineFiles.record))) stop();
  }, watchInterval);

  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`QEMU does not start: ${error.message}`));
    child.once('close', (status) => {
      const code = status === null ? undefined : powerOffCode(status);
      if (complaint.trim() !== '') resolve(`QEMU failed: ${complaint.trim()}`);
      else resolve(code === undefined ? 'it reset or was killed' : `it powered off with code ${code}`);
    });
  });
  clearInterval(watch);
  if (!kept) {
    if (!stopping) report({ kind: 'failed', why: `${how} before it said what it boots` });
    // Who was told of a failure reads the end of the console before it lets go.
    if (failed && process.connected) await once(process, 'disconnect');
    if (process.connected) process.disconnect();
    rmSync(folder, { recursive: true, force: true });
  } else if (existsSync(join(folder, machineFiles.record))) writeRecord(folder, { ...base, state: 'ended' });
}
