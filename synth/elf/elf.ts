/**
 * A strict reader of 64-bit little-endian ELF files: programs, kernels and images. It reads what a loader
 * reads (header, program headers, notes) and symbols on request. Every offset is checked before it is
 * used; a file that lies about itself is an `ElfError`, never a crash or a silent guess.
 */

/** Why a file cannot be used. `problem` tells rules apart, `message` continues the name of the file. */
export class ElfError extends Error {
  readonly problem: 'not-elf' | 'machine' | 'truncated' | 'malformed';

  constructor(problem: ElfError['problem'], message: string) {
    super(message);
    this.name = 'ElfError';
    this.problem = problem;
  }
}

/** A loadable segment. Addresses and sizes in bytes. */
export interface Segment {
  readonly address: bigint;
  readonly physical: bigint;
  readonly memorySize: bigint;
  /** What the file gives; the rest up to `memorySize` is zero. */
  readonly data: Uint8Array;
  readonly offset: number;
  readonly align: bigint;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

/** An entry of a note segment. */
export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

/** A word that is to hold an address. */
export interface Relocation {
  /** Where the word is. */
  readonly address: bigint;
  /** What it holds where the file lies as it is linked. */
  readonly value: bigint;
}

export interface Elf {
  /** `e_machine`, one of `machines` for what Veridian knows. */
  readonly machine: number;
  /** `e_type`: 2 for an executable at fixed addresses, 3 for a position-independent one. */
  readonly type: number;
  readonly entry: bigint;
  /** In order of address. */
  readonly segments: readonly Segment[];
  readonly notes: readonly Note[];
  /** Words that hold addresses; they are right once they are made so by `moved`. Empty at fixed addresses. */
  readonly relocations: readonly Relocation[];
  /** Note segments as they are, for a writer that keeps them. */
  readonly noteSegments: readonly Segment[];
  /** Address of a symbol, where the file has a symbol table with it. */
  symbol(name: string): bigint | undefined;
}

/** `e_machine` of each architecture. */
export const elfMachines = { x86_64: 62, aarch64: 183, riscv64: 243 } as const;

const machineNames = new Map<number, string>([
  [3, 'i386'],
  [40, 'arm'],
  ...Object.entries(elfMachines).map(([name, code]): [number, string] => [code, name]),
]);

/** The architecture of an `e_machine`, or its number. */
export function machineName(machine: number): string {
  return machineNames.get(machine) ?? `machine ${machine}`;
}

export const elfHeaderSize = 64;
export const programHeaderSize = 56;
const sectionHeaderSize = 64;
const symbolSize = 24;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const PT_GNU_RELRO = 0x6474_e552;
/** `e_type` of a program at fixed addresses, and of one that can lie anywhere. */
export const ET_EXEC = 2;
export const ET_DYN = 3;
const DT_RELA = 7n;
const DT_RELASZ = 8n;
const DT_RELAENT = 9n;
/** Entries of a dynamic section that ask for a loader that looks names up, or writes in ways that we do not know. */
const NEEDS_LOADER = new Map<bigint, string>([
  [1n, 'DT_NEEDED'],
  [17n, 'DT_REL'],
  [23n, 'DT_JMPREL'],
  [36n, 'DT_RELR'],
]);
const relocationSize = 24n;
/** "The address that this is linked to, plus how far the file was moved", as each architecture numbers it. */
const relative = new Map<number, bigint>([
  [elfMachines.x86_64, 8n],
  [elfMachines.aarch64, 1027n],
  [elfMachines.riscv64, 3n],
]);
const SHT_SYMTAB = 2;
/** More than any linker writes; a larger count is damage. */
const mostHeaders = 512;

/** Largest address: bits beyond the processor’s are refused by the layout, not here. */
const addressEnd = 1n << 64n;

class Reader {
  readonly view: DataView;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The bytes of a part of the file, or an error that names the part. */
  slice(offset: bigint, size: bigint, what: string): Uint8Array {
    const end = offset + size;
    if (end > BigInt(this.bytes.length)) {
      throw new ElfError('truncated', `is cut off: ${what} ends at byte ${end}, the file at ${this.bytes.length}`);
    }
    return this.bytes.subarray(Number(offset), Number(end));
  }
}

/** Reads a whole file. */
export function readElf(bytes: Uint8Array): Elf {
  if (bytes.length < 4 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new ElfError('not-elf', bytes.length === 0 ? 'is empty' : `is no ELF file: it starts with ${start}`);
  }
  const reader = new Reader(bytes);
  reader.slice(0n, BigInt(elfHeaderSize), 'the ELF header');
  const { view } = reader;
  if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) {
    throw new ElfError('machine', 'is not a 64-bit little-endian ELF file');
  }
  const type = view.getUint16(16, true);
  const programHeaders = headers(
    reader,
    view.getBigUint64(32, true),
    view.getUint16(54, true),
    view.getUint16(56, true),
    { size: programHeaderSize, what: 'the program headers' },
  );
  const segments: Segment[] = [];
  const noteSegments: Segment[] = [];
  let dynamic: Segment | undefined;
  let sealed: Segment | undefined;
  for (const header of programHeaders) {
    const kind = header.getUint32(0, true);
    if (kind === PT_INTERP || (kind === PT_DYNAMIC && type !== ET_DYN)) {
      throw new ElfError('malformed', 'is dynamically linked; programs are linked statically');
    }
    if (kind === PT_DYNAMIC) dynamic = segment(reader, header, 'the dynamic section');
    if (kind === PT_GNU_RELRO) sealed = segment(reader, header, 'what is read-only once it is relocated');
    if (kind === PT_LOAD) segments.push(segment(reader, header, `segment ${segments.length}`));
    if (kind === PT_NOTE) noteSegments.push(segment(reader, header, 'the note segment'));
  }
  segments.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  for (const [index, { address }] of segments.entries()) {
    const before = segments[index - 1];
    if (before && before.address + before.memorySize > address) {
      throw new ElfError('malformed', `has two segments at 0x${address.toString(16)}`);
    }
  }
  const machine = view.getUint16(18, true);
  return {
    machine,
    type,
    entry: view.getBigUint64(24, true),
    segments: type === ET_DYN && sealed ? segments.map((one) => seal(one, sealed)) : segments,
    relocations: dynamic ? readRelocations(dynamic, segments, machine) : [],
    noteSegments,
    notes: noteSegments.flatMap((noteSegment) => readNotes(noteSegment)),
    symbol: (name) => findSymbol(reader, name),
  };
}

function headers(
  reader: Reader,
  offset: bigint,
  entrySize: number,
  count: number,
  { size, what }: { readonly size: number; readonly what: string },
): DataView[] {
  if (count === 0) return [];
  if (entrySize !== size) throw new ElfError('malformed', `gives ${what} ${entrySize} bytes each instead of ${size}`);
  if (count > mostHeaders) throw new ElfError('malformed', `counts ${count} of ${what}`);
  const table = reader.slice(offset, BigInt(count * size), what);
  return Array.from({ length: count }, (_, index) => new DataView(table.buffer, table.byteOffset + index * size, size));
}

function segment(reader: Reader, header: DataView, what: string): Segment {
  const flags = header.getUint32(4, true);
  const offset = header.getBigUint64(8, true);
  const address = header.getBigUint64(16, true);
  const fileSize = header.getBigUint64(32, true);
  const memorySize = header.getBigUint64(40, true);
  const data = reader.slice(offset, fileSize, what);
  if (fileSize > memorySize) {
    throw new ElfError(
      'malformed',
      `gives ${what} more bytes in the file (${fileSize}) than in memory (${memorySize})`,
    );
  }
  if (address + memorySize > addressEnd) throw new ElfError('malformed', `has ${what} beyond the last address`);
  return {
    address,
    physical: header.getBigUint64(24, true),
    memorySize,
    data,
    offset: Number(offset),
    align: header.getBigUint64(48, true),
    executable: (flags & 1) !== 0,
    writable: (flags & 2) !== 0,
    readable: (flags & 4) !== 0,
  };
}

/** Nothing is relocated while a program runs: what would be read-only after that is so from the start. */
function seal(one: Segment, { address, memorySize }: Segment): Segment {
  const whole = one.address >= address && one.address + one.memorySize <= address + memorySize;
  return whole ? { ...one, writable: false } : one;
}

/** The bytes that the file gives for some addresses. */
export function bytesAt(segments: readonly Segment[], address: bigint, size: bigint, what: string): Uint8Array {
  for (const { address: start, data } of segments) {
    if (address >= start && address + size <= start + BigInt(data.length))
      return data.subarray(Number(address - start), Number(address - start + size));
  }
  throw new ElfError('malformed', `has ${what} at 0x${address.toString(16)}, where the file gives nothing`);
}

const words = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readRelocations({ data }: Segment, segments: readonly Segment[], machine: number): Relocation[] {
  const entries = new Map<bigint, bigint>();
  for (let at = 0, view = words(data); at + 16 <= data.length; at += 16) {
    const tag = view.getBigUint64(at, true);
    if (tag === 0n) break;
    const asked = NEEDS_LOADER.get(tag);
    if (asked) throw new ElfError('malformed', `is dynamically linked: it has ${asked}`);
    entries.set(tag, view.getBigUint64(at + 8, true));
  }
  const size = entries.get(DT_RELASZ) ?? 0n;
  if (size === 0n) return [];
  if (entries.get(DT_RELAENT) !== relocationSize || size % relocationSize !== 0n)
    throw new ElfError('malformed', 'has relocations of an unknown size');
  const table = words(bytesAt(segments, entries.get(DT_RELA) ?? 0n, size, 'its relocations'));
  return Array.from({ length: Number(size / relocationSize) }, (_, index) => {
    const at = index * Number(relocationSize);
    const kind = table.getBigUint64(at + 8, true);
    if (kind !== relative.get(machine))
      throw new ElfError('malformed', `has a relocation of kind 0x${kind.toString(16)}, which needs a loader`);
    const address = table.getBigUint64(at, true);
    bytesAt(segments, address, 8n, 'a relocation');
    return { address, value: table.getBigUint64(at + 16, true) };
  });
}

function readNotes({ data, align }: Segment): Note[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const padding = align === 8n ? 8 : 4;
  const pad = (size: number): number => Math.ceil(size / padding) * padding;
  const notes: Note[] = [];
  let at = 0;
  while (at + 12 <= data.length) {
    const nameSize = view.getUint32(at, true);
    const descriptionSize = view.getUint32(at + 4, true);
    const description = at + pad(12 + nameSize);
    const end = description + descriptionSize;
    if (end > data.length) throw new ElfError('truncated', `has a note that ends at byte ${end} of ${data.length}`);
    notes.push({
      owner: new TextDecoder().decode(data.subarray(at + 12, at + 12 + Math.max(0, nameSize - 1))),
      type: view.getUint32(at + 8, true),
      description: data.subarray(description, end),
    });
    at = pad(end);
  }
  return notes;
}

function findSymbol(reader: Reader, name: string): bigint | undefined {
  const { view } = reader;
  const sectionHeaders = headers(
    reader,
    view.getBigUint64(40, true),
    view.getUint16(58, true),
    view.getUint16(60, true),
    { size: sectionHeaderSize, what: 'the section headers' },
  );
  const wanted = new TextEncoder().encode(name);
  for (const header of sectionHeaders) {
    if (header.getUint32(4, true) !== SHT_SYMTAB) continue;
    const symbols = reader.slice(header.getBigUint64(24, true), header.getBigUint64(32, true), 'the symbol table');
    const strings = sectionHeaders[header.getUint32(40, true)];
    if (!strings) throw new ElfError('malformed', 'has a symbol table without names');
    const names = reader.slice(strings.getBigUint64(24, true), strings.getBigUint64(32, true), 'the symbol names');
    const table = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    for (let at = 0; at + symbolSize <= symbols.length; at += symbolSize) {
      const start = table.getUint32(at, true);
      if (names[start + wanted.length] === 0 && wanted.every((byte, index) => names[start + index] === byte)) {
        return table.getBigUint64(at + 8, true);
      }
    }
  }
  return undefined;
}
