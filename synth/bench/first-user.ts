import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readElf } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { tableIn } from '../image/index.js';
import { decodeTable } from '../layout/index.js';
import { needQemu, versionNumber } from '../qemu/find.js';
import { commandLine, type QemuMachine } from '../qemu/index.js';
import { kernelFile } from '../toolchain/index.js';

/** What is added to the physical addresses that a kernel is linked for, by architecture: AArch64's runs anywhere. */
const loadedAt = { x86_64: 0n, aarch64: 0x4020_0000n, riscv64: 0n } as const;
/** Where the kernel's own addresses begin, on every architecture. */
const UPPER_HALF = 0x8000_0000_0000_0000n;
const PATIENCE = 120_000;

/** An image, and the machine that it is for. */
export interface Bootable {
  readonly machine: QemuMachine;
  /** File of the image. */
  readonly image: string;
}

/** Where the first instruction of each component is. */
function entries(image: string): Set<bigint> {
  const segment = tableIn(readFileSync(image));
  if (!segment) throw new ToolError({ code: 'VRD0501', message: `${image} has no table`, help: 'synthesize it again' });
  return new Set(decodeTable(segment.data).sections.components.map(({ entry }) => BigInt(entry)));
}

/** The kernel's image in physical memory, where it runs before its page tables are in force. */
async function kernelMemory({ arch }: QemuMachine): Promise<[start: bigint, end: bigint]> {
  const { segments } = readElf(readFileSync(await kernelFile(arch)));
  const at = loadedAt[arch];
  const starts = segments.map(({ physical }) => at + physical);
  const ends = segments.map(({ physical, memorySize }) => at + physical + memorySize);
  return [
    starts.reduce((least, start) => (start < least ? start : least)),
    ends.reduce((most, end) => (end > most ? end : most)),
  ];
}

/**
 * How many instructions the kernel executes from its entry to the first instruction of a component. QEMU runs one
 * instruction at a time, and says of each that lies in the kernel where it is; what firmware executes meanwhile is not
 * counted. Each round of a repeated string instruction counts.
 */
export async function instructionsToFirstUser({ machine, image }: Bootable): Promise<number> {
  const { program, version = '0.0' } = await needQemu(machine.arch);
  const ends = entries(image);
  const [start, end] = await kernelMemory(machine);
  const hex = (address: bigint): string => `0x${address.toString(16)}`;
  const ranges = [`${hex(start)}..${hex(end - 1n)}`, `${hex(UPPER_HALF)}..${hex(2n * UPPER_HALF - 1n)}`];
  for (const entry of ends) ranges.push(`${hex(entry)}+1`);
  const line = commandLine({ machine, image, icount: 0 });
  // What was an option of its own became one of the accelerator.
  if (versionNumber(version) < versionNumber('8.1')) line.push('-singlestep');
  else line[line.indexOf('tcg')] = 'tcg,one-insn-per-tb=on';
  const child = spawn(program, [...line, '-d', 'exec,nochain', '-dfilter', ranges.join(',')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const said: string[] = [];
  let count = 0;
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      const address = /^Trace \d+: \S+ \[[0-9a-f]+\/([0-9a-f]+)\//.exec(line)?.[1];
      if (address !== undefined) {
        if (ends.has(BigInt(`0x${address}`))) return count;
        count += 1;
      } else if (line.startsWith('Stopped execution of TB chain before')) {
        // The instruction that the line before names was not executed yet.
        count -= 1;
      } else {
        said.push(line);
      }
    }
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  throw new ToolError({
    code: 'VRD0962',
    message: `no component ran after ${count} instructions of the kernel${said.map((line) => `\n${line}`).join('')}`,
    help: `it is ${program}, booting ${image}`,
  });
}
