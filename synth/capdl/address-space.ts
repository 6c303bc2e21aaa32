/** Page tables of a component as capDL describes them: objects that hold capabilities to frames. */
import { limits } from '../../kernel/abi/index.js';

/** Levels of x86-64 page tables from the root down; each index has 9 bits. */
const levels = ['pml4', 'pdpt', 'pd', 'pt'] as const;
const pageBits = 12n;
const indexBits = 9n;
const entries = 512;

/** A page table: its type, its name and what is in its slots. */
export interface Table {
  readonly type: (typeof levels)[number];
  readonly name: string;
  /** Slot and capability, in order. */
  readonly slots: (readonly [number, string])[];
}

/** Frames that are mapped one behind the other. */
export interface Frames {
  readonly pages: number;
  /** Capabilities to pages `from` to `to`, both included, as they are written. */
  readonly capabilities: (from: number, to: number) => readonly string[];
}

const page = limits.PAGE_SIZE;

/** The tables of one component, filled from where its regions start, with an unmapped page between two of them. */
export class AddressSpace {
  readonly #name: string;
  readonly #tables = new Map<string, Table>();
  #address = limits.REGIONS_BASE;

  /** @param name what the tables' names end with */
  constructor(name: string) {
    this.#name = name;
    this.#table(0, 0n);
  }

  /** Name of the root. */
  get root(): string {
    return `pml4_${this.#name}`;
  }

  /** In order of their making: the root first. */
  get tables(): readonly Table[] {
    return [...this.#tables.values()];
  }

  /** Maps frames behind what is mapped already. */
  map({ pages, capabilities }: Frames): void {
    for (let done = 0; done < pages; ) {
      const number = (this.#address >> pageBits) + BigInt(done);
      const table = this.#table(levels.length - 1, number >> indexBits);
      const slot = Number(number & BigInt(entries - 1));
      const count = Math.min(pages - done, entries - slot);
      const written = capabilities(done, done + count - 1);
      for (const [index, capability] of written.entries()) table.slots.push([slot + index, capability]);
      done += count;
    }
    this.#address += BigInt(pages) * page + page;
  }

  /** The table of a level that covers what has this number, made with those above it when it is new. */
  #table(level: number, number: bigint): Table {
    const type = levels[level] ?? 'pt';
    const key = `${type} ${number}`;
    const known = this.#tables.get(key);
    if (known) return known;
    const name = level === 0 ? this.root : `${type}_${this.#name}@${number.toString(16)}`;
    const parent = level === 0 ? undefined : this.#table(level - 1, number >> indexBits);
    const table: Table = { type, name, slots: [] };
    this.#tables.set(key, table);
    parent?.slots.push([Number(number & BigInt(entries - 1)), name]);
    return table;
  }
}
