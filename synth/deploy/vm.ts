#!/usr/bin/env node
/** The program that Terraform starts for each machine: `start`, `stop`, `make-disk`, `remove-disk`. */
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { type Finding, renderFinding, ToolError } from '../findings/index.js';
import { MachineRequest } from './machine.js';
import { defaultBootTimeout, startMachine, stopMachine } from './start.js';
import { supervise } from './supervise.js';

const DiskRequest = z.object({ file: z.string(), size: z.number() });

/** What Terraform passes on. */
function given(): unknown {
  const text = process.env.VERIDIAN_MACHINE;
  if (text === undefined) throw new Error('VERIDIAN_MACHINE is not set: Terraform runs this program');
  return JSON.parse(text);
}

/** Makes a disk of zeroes that takes no room until it is written. */
function makeDisk({ file, size }: z.infer<typeof DiskRequest>): void {
  const path = resolve(file);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const disk = openSync(path, 'w');
  try {
    ftruncateSync(disk, size);
  } finally {
    closeSync(disk);
  }
}

/** Leaves word of a failure for the command that runs Terraform, which shows it without Terraform's frame. */
function noteFailure(finding: Finding): void {
  const folder = process.env.VERIDIAN_FAILURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(finding));
}

async function main([action, ...rest]: readonly string[]): Promise<void> {
  if (action === 'supervise') {
    const [folder = '', request = '', digest = ''] = rest;
    await supervise(folder, MachineRequest.parse(JSON.parse(request)), digest);
  } else if (action === 'start') {
    const request = MachineRequest.parse(given());
    const timeout = Number(process.env.VERIDIAN_BOOT_TIMEOUT ?? defaultBootTimeout);
    process.stdout.write(`${request.name} boots graph ${await startMachine(request, timeout)}\n`);
  } else if (action === 'stop') {
    const request = MachineRequest.parse(given());
    await stopMachine(resolve(request.folder));
    process.stdout.write(`${request.name} is stopped\n`);
  } else if (action === 'make-disk') makeDisk(DiskRequest.parse(given()));
  else if (action === 'remove-disk') rmSync(resolve(DiskRequest.parse(given()).file), { force: true });
  else throw new Error(`there is no action ${action}: start, stop, make-disk, remove-disk`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof ToolError ? renderFinding(error.finding, { stream: process.stderr }) : String(error);
  process.stderr.write(`${text}\n`);
  if (error instanceof ToolError) noteFailure(error.finding);
  process.exitCode = 1;
}
