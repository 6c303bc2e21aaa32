/** What is known of a machine that was deployed: a folder with its record, image, graph and console. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { graphDigest, SystemGraph } from '../../constructs/graph/index.js';
import { isRunning, ProcessIdentity } from './process-identity.js';

/** What Terraform passes to the program that starts a machine. Paths are relative to the folder of the stack’s text. */
export const MachineRequest = z.object({
  name: z.string(),
  folder: z.string(),
  system: z.string(),
  /** SHA-256 of the image. */
  image: z.string(),
  run: z.number(),
  /** In bytes. */
  memory: z.number(),
  ports: z.array(z.object({ host: z.number(), guest: z.number() })),
  disks: z.array(z.string()),
});

export const MachineRecord = z.object({
  request: MachineRequest,
  /** Digest of the graph that it was started for. */
  graph: z.string(),
  supervisor: ProcessIdentity,
  qemu: ProcessIdentity.optional(),
  /** `running` once its console has shown the graph’s digest; `ended` when it is not there any more. */
  state: z.enum(['starting', 'running', 'ended']),
});

export type MachineRequest = z.infer<typeof MachineRequest>;
export type MachineRecord = z.infer<typeof MachineRecord>;

/** Files in a machine’s folder. */
export const machineFiles = {
  record: 'machine.json',
  image: 'image',
  graph: 'graph.json',
  console: 'console.log',
} as const;

/** Writes a record whole: a reader sees the one before or this one. */
export function writeRecord(folder: string, record: MachineRecord): void {
  const file = join(folder, machineFiles.record);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** The record in a machine’s folder; undefined where there is none that can be read. */
export function readRecord(folder: string): MachineRecord | undefined {
  try {
    return MachineRecord.parse(JSON.parse(readFileSync(join(folder, machineFiles.record), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The graph that a machine was started with, as it was then; undefined where it cannot be read. */
export function readGraph(folder: string): SystemGraph | undefined {
  try {
    return SystemGraph.parse(JSON.parse(readFileSync(join(folder, machineFiles.graph), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether a machine has booted and is there with the process that looks after it. */
export function isUp({ state, supervisor, qemu }: MachineRecord): boolean {
  return state === 'running' && qemu !== undefined && isRunning(supervisor) && isRunning(qemu);
}

/** A machine that was deployed and is there. */
export interface DeployedMachine {
  readonly folder: string;
  readonly record: MachineRecord;
}

/** The machines in the folder of a deployment, in the order of their names. */
export function deployedMachines(machines: string): DeployedMachine[] {
  return namesIn(machines).flatMap((name) => {
    const folder = join(machines, name);
    const record = readRecord(folder);
    return record === undefined ? [] : [{ folder, record }];
  });
}

/** Names of what is in a folder, sorted with numbers by value; none where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** What the kernel shows of a graph’s digest when it boots. */
export const shownDigest = (digest: string): string => digest.slice(0, 8);

/** Digest of the graph in a file, as the kernel that boots its image shows it. */
export function fileDigest(file: string): string {
  return graphDigest(SystemGraph.parse(JSON.parse(readFileSync(file, 'utf8'))));
}
