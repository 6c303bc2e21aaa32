/** Where a kernel has what can be looked at from outside of the machine. */
import { readFile } from 'node:fs/promises';
import { type Elf, readElf } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { type Arch, kernelFile, type Reporter } from '../toolchain/index.js';

/** The words of `kernel/src/outline.rs` in their order: offsets and sizes in bytes. */
const fields = [
  'threads',
  'threadSize',
  'space',
  'counters',
  'reply',
  'state',
  'traceRing',
  'traceCount',
  'table',
  'maker',
] as const;

export type Outline = Readonly<Record<(typeof fields)[number], bigint>>;

export interface KernelMap {
  /** Absolute path of the kernel's file. */
  readonly file: string;
  /** Address of all that the kernel knows. */
  readonly system: bigint;
  readonly outline: Outline;
  /** Address of a function of the kernel. */
  readonly function: (name: 'kernel_main' | 'kernel_tick' | 'kernel_trace_tell') => bigint;
}

function need(elf: Elf, file: string, name: string): bigint {
  const address = elf.symbol(name);
  if (address !== undefined) return address;
  throw new ToolError({
    code: 'VRD0504',
    message: `the kernel ${file} has no symbol ${name}`,
    help: 'build it again with `npm run generate`, or install the package again',
  });
}

/** The map of Veridian's kernel for an architecture. */
export async function readKernelMap(arch: Arch, reporter: Reporter): Promise<KernelMap> {
  const file = await kernelFile(arch, reporter);
  const elf = readElf(await readFile(file));
  const at = need(elf, file, 'KERNEL_OUTLINE');
  const segment = elf.segments.find(({ address, data }) => at >= address && at < address + BigInt(data.length));
  const bytes = segment?.data.subarray(Number(at - segment.address), Number(at - segment.address) + fields.length * 8);
  if (bytes?.length !== fields.length * 8) need(elf, file, 'KERNEL_OUTLINE in what is loaded');
  const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0), bytes?.byteOffset);
  const words = fields.map((name, index) => [name, view.getBigUint64(index * 8, true)] as const);
  return {
    file,
    system: need(elf, file, 'KERNEL_SYSTEM'),
    outline: Object.fromEntries(words) as Outline,
    function: (name) => need(elf, file, name),
  };
}
