/** Builds small ELF files for tests. */
import { elfHeaderSize, elfMachines, programHeaderSize } from './elf.js';

export interface FixtureSegment {
  readonly address: bigint;
  readonly physical?: bigint;
  readonly data: Uint8Array;
  readonly memorySize?: bigint;
  /** Of `rwx`. */
  readonly flags: string;
}

export interface Fixture {
  readonly machine?: number;
  /** `e_type`. @default 2 */
  readonly type?: number;
  readonly entry?: bigint;
  readonly segments: readonly FixtureSegment[];
  /** Owner, type and text of notes, in one note segment. */
  readonly notes?: readonly { readonly owner: string; readonly type: number; readonly description: Uint8Array }[];
  /** Program headers of other types for addresses in segments. */
  readonly headers?: readonly { readonly type: number; readonly address: bigint; readonly size: number }[];
}

const pad4 = (size: number): number => Math.ceil(size / 4) * 4;

function noteBytes(notes: NonNullable<Fixture['notes']>): Uint8Array {
  const parts = notes.map(({ owner, type, description }) => {
    const name = new TextEncoder().encode(`${owner}\0`);
    const bytes = new Uint8Array(12 + pad4(name.length) + pad4(description.length));
    const view = new DataView(bytes.buffer);
    view.setUint32(0, name.length, true);
    view.setUint32(4, description.length, true);
    view.setUint32(8, type, true);
    bytes.set(name, 12);
    bytes.set(description, 12 + pad4(name.length));
    return bytes;
  });
  return Buffer.concat(parts);
}

/** An ELF file with these segments at page-congruent offsets. */
export function buildElf({
  machine = elfMachines.x86_64,
  type = 2,
  entry = 0x40_0000n,
  segments,
  notes = [],
  headers = [],
}: Fixture): Uint8Array {
  const note = noteBytes(notes);
  const count = segments.length + headers.length + (notes.length > 0 ? 1 : 0);
  const noteAt = elfHeaderSize + count * programHeaderSize;
  let end = noteAt + note.length;
  const offsets = segments.map(({ address, data }) => {
    const offset = Math.ceil(end / 4096) * 4096 + Number(address % 4096n);
    end = offset + data.length;
    return offset;
  });
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, BigInt(elfHeaderSize), true);
  view.setUint16(52, elfHeaderSize, true);
  view.setUint16(54, programHeaderSize, true);
  view.setUint16(56, count, true);
  view.setUint16(58, 64, true);
  const header = (index: number, type: number, flags: number, values: readonly bigint[]): void => {
    const at = elfHeaderSize + index * programHeaderSize;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, flags, true);
    for (const [position, value] of values.entries()) view.setBigUint64(at + 8 + position * 8, value, true);
  };
  for (const [index, { address, physical, data, memorySize, flags }] of segments.entries()) {
    const offset = offsets[index] ?? 0;
    file.set(data, offset);
    const bits = (flags.includes('x') ? 1 : 0) | (flags.includes('w') ? 2 : 0) | (flags.includes('r') ? 4 : 0);
    const size = BigInt(data.length);
    header(index, 1, bits, [BigInt(offset), address, physical ?? address, size, memorySize ?? size, 4096n]);
  }
  for (const [index, { type: kind, address, size }] of headers.entries()) {
    const at = segments.findIndex((one) => address >= one.address && address < one.address + BigInt(one.data.length));
    const offset = BigInt(offsets[at] ?? 0) + address - (segments[at]?.address ?? 0n);
    const length = BigInt(size);
    header(count - headers.length + index, kind, 4, [offset, address, address, length, length, 8n]);
  }
  if (notes.length > 0) {
    file.set(note, noteAt);
    const size = BigInt(note.length);
    header(segments.length, 4, 4, [BigInt(noteAt), 0n, 0n, size, size, 4n]);
  }
  return file;
}
