/** Reads page tables out of a machine's memory, as its processor does. */

/** Physical memory of a machine: its bytes from an address on. */
export interface Memory {
  readonly start: bigint;
  readonly bytes: Buffer;
}

/** A page, of whatever size, that tables map. */
export interface Page {
  readonly address: bigint;
  readonly size: bigint;
  readonly physical: bigint;
  /** Whether the kernel may store there. */
  readonly write: boolean;
  /** Whether the kernel, or user mode where that may use the page, may execute what is there. */
  readonly execute: boolean;
  /** Whether user mode may use it. */
  readonly user: boolean;
}

/** What an entry of a table says, before what the tables above it take away. */
interface Entry {
  readonly leaf: boolean;
  readonly physical: bigint;
  readonly write: boolean;
  readonly execute: boolean;
  readonly user: boolean;
}

/** How an architecture reads its tables. */
export interface Format {
  readonly root: bigint;
  /** Binary logarithm of a page's size. */
  readonly page: number;
  /** Bits of an address that are translated. */
  readonly bits: number;
  /** Where the first table begins; where at 0, the upper half of what is translated lies at the end of all addresses. */
  readonly first: bigint;
  /** Undefined where nothing is mapped; `level` is 0 for the tables of pages. */
  entry(raw: bigint, level: number): Entry | undefined;
}

const bit = (value: bigint, number: number): boolean => ((value >> BigInt(number)) & 1n) === 1n;
const field = (value: bigint, low: number, bits: number): bigint =>
  (value >> BigInt(low)) & ((1n << BigInt(bits)) - 1n);

/** Four levels, as CR3 names them (Intel SDM, volume 3, "4-level paging"). */
export function x86Tables(cr3: bigint): Format {
  return {
    root: cr3 & 0xf_ffff_ffff_f000n,
    page: 12,
    bits: 48,
    first: 0n,
    entry: (raw, level) =>
      bit(raw, 0)
        ? {
            leaf: level === 0 || bit(raw, 7),
            physical: raw & 0xf_ffff_ffff_f000n,
            write: bit(raw, 1),
            execute: !bit(raw, 63),
            user: bit(raw, 2),
          }
        : undefined,
  };
}

/** Three or four levels, as satp names them (RISC-V privileged architecture, "Sv39"). */
export function riscvTables(satp: bigint): Format {
  return {
    root: field(satp, 0, 44) << 12n,
    page: 12,
    bits: satp >> 60n === 9n ? 48 : 39,
    first: 0n,
    entry: (raw) => {
      if (!bit(raw, 0)) return undefined;
      const leaf = bit(raw, 1) || bit(raw, 3);
      const physical = field(raw, 10, 44) << 12n;
      if (!leaf) return { leaf, physical, write: true, execute: true, user: true };
      return { leaf, physical, write: bit(raw, 2), execute: bit(raw, 3), user: bit(raw, 4) };
    },
  };
}

/** Those of the kernel's half, as TTBR1_EL1 and TCR_EL1 name them (Arm ARM, "VMSAv8-64 translation table format"). */
export function armTables(ttbr1: bigint, tcr: bigint): Format {
  const page = { 1: 14, 2: 12, 3: 16 }[Number(field(tcr, 30, 2))];
  if (page === undefined) throw new Error(`TCR_EL1 ${tcr.toString(16)} says no size of pages`);
  const bits = 64 - Number(field(tcr, 16, 6));
  const address = (1n << 48n) - (1n << BigInt(page));
  return {
    root: ttbr1 & address,
    page,
    bits,
    first: (1n << 64n) - (1n << BigInt(bits)),
    entry: (raw, level) => {
      if (!bit(raw, 0)) return undefined;
      const leaf = level === 0 || !bit(raw, 1);
      const physical = raw & address;
      if (!leaf) {
        const [unprivileged, readOnly] = [field(raw, 61, 2) === 0n, bit(raw, 62)];
        return { leaf, physical, write: !readOnly, execute: !(bit(raw, 59) && bit(raw, 60)), user: unprivileged };
      }
      const user = bit(raw, 6);
      return { leaf, physical, write: !bit(raw, 7), execute: !bit(raw, 53) || (user && !bit(raw, 54)), user };
    },
  };
}

/** All that tables map, by address. */
export function* mappedPages(memory: Memory, format: Format): Generator<Page> {
  const { page, bits, first } = format;
  const perLevel = page - 3;
  const levels = Math.ceil((bits - page) / perLevel);
  const signed = (address: bigint): bigint =>
    first === 0n ? BigInt.asUintN(64, BigInt.asIntN(bits, address)) : first + address;
  function* table(at: bigint, level: number, base: bigint, above: Omit<Entry, 'leaf' | 'physical'>): Generator<Page> {
    const shift = BigInt(page + perLevel * level);
    const count = 1 << Math.min(perLevel, bits - Number(shift));
    for (let index = 0; index < count; index++) {
      const raw = memory.bytes.readBigUInt64LE(Number(at - memory.start) + 8 * index);
      const entry = format.entry(raw, level);
      if (entry === undefined) continue;
      const address = base + (BigInt(index) << shift);
      const write = above.write && entry.write;
      const execute = above.execute && entry.execute;
      const user = above.user && entry.user;
      const size = 1n << shift;
      // Low bits of a large page's address mean something else.
      if (entry.leaf) yield { address: signed(address), size, physical: entry.physical & -size, write, execute, user };
      else yield* table(entry.physical, level - 1, address, { write, execute, user });
    }
  }
  yield* table(format.root, levels - 1, 0n, { write: true, execute: true, user: true });
}
