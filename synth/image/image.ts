/**
 * Makes the one file that boots: the kernel as it was linked, and behind it the init capability table and its
 * payload. On AArch64 that is memory as it is, with the header that the kernel begins with; elsewhere an ELF file
 * with one segment more.
 */
import { limits } from '../../kernel/abi/index.js';
import {
  type Elf,
  ElfError,
  elfHeaderSize,
  elfMachines,
  programHeaderSize,
  readElf,
  type Segment,
} from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { rawHeader, rawHeaderFields } from './raw.js';

const page = limits.PAGE_SIZE;
const pageUp = (value: bigint): bigint => ((value + page - 1n) / page) * page;

/** Rules that an image and the kernel in it must keep. */
export const imageRules = {
  VRD0501: 'not an image of Veridian',
  VRD0502: 'image for another ABI',
  VRD0503: 'image is damaged',
  VRD0504: 'kernel cannot be used',
  VRD0505: 'no kernel for this architecture',
} as const;

interface Planned {
  readonly type: number;
  readonly flags: number;
  readonly segment: Pick<Segment, 'address' | 'physical' | 'memorySize' | 'data'>;
  readonly align: bigint;
  readonly offset: number;
}

function unusable(why: string): ToolError {
  return new ToolError({
    code: 'VRD0504',
    message: `the kernel ${why}`,
    help: 'build it again with `npm run generate`, or install the package again',
  });
}

/** The kernel is linked at its physical addresses plus this, everywhere the same. */
function kernelOffset({ segments }: Elf): bigint {
  const [first, ...others] = segments.map(({ address, physical }) => address - physical);
  if (first === undefined) throw unusable('has nothing to load');
  if (others.some((offset) => offset !== first)) throw unusable('is not linked in one piece');
  return first;
}

/** First physical byte that the kernel does not use itself. */
function kernelEnd({ segments, symbol }: Elf, kernelOffset: bigint): bigint {
  let end = 0n;
  for (const { physical, memorySize } of segments) {
    if (physical + memorySize > end) end = physical + memorySize;
  }
  const linked = symbol('__kernel_end');
  const stated = linked === undefined ? pageUp(end) : linked - kernelOffset;
  if (stated < end || stated % page !== 0n)
    throw unusable(`ends at 0x${end.toString(16)}, not at its own __kernel_end`);
  return stated;
}

/** The image of a kernel file and a table. The same bytes for the same input. */
export function buildImage(kernel: Uint8Array, table: Uint8Array): Uint8Array {
  let elf: Elf;
  try {
    elf = readElf(kernel);
  } catch (error) {
    if (error instanceof ElfError) throw unusable(error.message);
    throw error;
  }
  const offset = kernelOffset(elf);
  const physical = kernelEnd(elf, offset);
  if (elf.machine === elfMachines.aarch64) return buildRawImage(elf, physical, table);
  return buildElfImage(kernel, elf, { address: physical + offset, physical }, table);
}

/** The memory from the kernel's first byte to the end of the table. */
function buildRawImage({ segments }: Elf, tablePhysical: bigint, table: Uint8Array): Uint8Array {
  const start = segments.reduce((first, { physical }) => (physical < first ? physical : first), tablePhysical);
  const tableOffset = Number(tablePhysical - start);
  const image = new Uint8Array(tableOffset + table.length);
  for (const { physical, data } of segments) image.set(data, Number(physical - start));
  image.set(table, tableOffset);
  const header = rawHeader(image);
  if (!header) throw unusable('does not begin with the header of an Image');
  if (header.tableOffset !== tableOffset)
    throw unusable(`says that its table is at 0x${header.tableOffset.toString(16)}`);
  new DataView(image.buffer).setBigUint64(rawHeaderFields.imageSize, BigInt(image.length), true);
  return image;
}

function buildElfImage(
  kernel: Uint8Array,
  elf: Elf,
  { address, physical }: { readonly address: bigint; readonly physical: bigint },
  table: Uint8Array,
): Uint8Array {
  const tableSegment = { address, physical, memorySize: BigInt(table.length), data: table };
  const count = elf.segments.length + elf.noteSegments.length + 1;
  let end = elfHeaderSize + count * programHeaderSize;
  const place = (size: number, address: bigint, align: bigint): number => {
    const aligned = Math.ceil(end / Number(align)) * Number(align);
    const offset = aligned + Number(address % align);
    end = offset + size;
    return offset;
  };
  const planned: Planned[] = elf.noteSegments.map((segment) => {
    const align = segment.align === 8n ? 8n : 4n;
    return { type: 4, flags: 4, segment, align, offset: place(segment.data.length, 0n, align) };
  });
  for (const segment of elf.segments) {
    const flags = (segment.executable ? 1 : 0) | (segment.writable ? 2 : 0) | (segment.readable ? 4 : 0);
    const offset = place(segment.data.length, segment.address, page);
    planned.push({ type: 1, flags, segment, align: page, offset });
  }
  planned.push({ type: 1, flags: 4, segment: tableSegment, align: page, offset: place(table.length, 0n, page) });
  const image = new Uint8Array(end);
  writeHeader(image, kernel, count);
  const view = new DataView(image.buffer);
  for (const [index, { type, flags, segment, align, offset }] of planned.entries()) {
    const at = elfHeaderSize + index * programHeaderSize;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, flags, true);
    const values = [offset, segment.address, segment.physical, segment.data.length, segment.memorySize, align];
    for (const [position, value] of values.entries()) view.setBigUint64(at + 8 + position * 8, BigInt(value), true);
    image.set(segment.data, offset);
  }
  return image;
}

/** The kernel’s own header, without the sections that only a debugger reads. */
function writeHeader(image: Uint8Array, kernel: Uint8Array, programHeaders: number): void {
  image.set(kernel.subarray(0, elfHeaderSize));
  const view = new DataView(image.buffer);
  view.setBigUint64(32, BigInt(elfHeaderSize), true);
  view.setBigUint64(40, 0n, true);
  view.setUint16(56, programHeaders, true);
  for (const at of [58, 60, 62]) view.setUint16(at, 0, true);
}
