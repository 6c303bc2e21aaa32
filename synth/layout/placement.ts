/**
 * Where things lie in the address spaces of components: at places that follow from a seed, so that whoever finds a hole
 * in a program does not know its addresses, and the same definition still gives the same bytes.
 */
import { hash } from 'node:crypto';
import type { UserSpace } from '../../arch/index.js';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';

/** A run of addresses. */
interface Area {
  readonly start: bigint;
  readonly end: bigint;
}

/** Where a component has what is its own; the rest is its program's. */
export interface Places {
  /** First address of regions, buffers and registers, one after the other. */
  readonly regions: bigint;
  /** First address of what it maps while it runs. */
  readonly dynamic: bigint;
  /** First address above its stack. */
  readonly stackTop: bigint;
}

/** From one window for programs and regions to the next: what one table of the third level translates. */
const WINDOW = 1n << 39n;
/** Programs with their startup blocks lie here in a window; a multiple of what a table of any page size translates. */
const programs: Area = { start: 0x4000_0000n, end: limits.REGIONS_BASE };
const regions: Area = { start: limits.REGIONS_BASE, end: limits.DYNAMIC_BASE };

const down = (address: bigint, to: bigint): bigint => address - (address % to);

/** Numbers that follow from a seed and a name, four of 64 bits. */
function numbers(seed: string, name: string): readonly [bigint, bigint, bigint, bigint] {
  const digest = hash('sha256', `${seed}\0${name}`, 'buffer');
  return [0, 8, 16, 24].map((at) => digest.readBigUInt64LE(at)) as [bigint, bigint, bigint, bigint];
}

/** Places for everything in a system. Components that run one program share its pages, and so its place. */
export class Placement {
  readonly #seed: string | undefined;
  readonly #space: UserSpace;
  readonly #page: bigint;
  /** What one page table translates. */
  readonly #table: bigint;
  readonly #windows = new Map<string, bigint>();

  constructor(graph: SystemGraph, space: UserSpace) {
    this.#seed = graph.aslr === false ? undefined : (graph.aslr ?? graph.system);
    this.#space = space;
    this.#page = BigInt(space.pageSize);
    this.#table = this.#page * (this.#page / 8n);
  }

  /** How far from where it is linked a program lies that takes the addresses from `start` to `end`. */
  program(name: string, start: bigint, end: bigint): bigint {
    if (this.#seed === undefined) return 0n;
    const [number] = numbers(this.#seed, `program ${name}`);
    return this.#window(name) + this.#pick(programs, end - start, number) - start;
  }

  /** Places of a component that runs `program`, has `regions` bytes of regions, and a stack of `stack` bytes. */
  component(path: string, program: string, size: { readonly regions: bigint; readonly stack: bigint }): Places {
    const { stackTop, stacks } = this.#space;
    if (this.#seed === undefined) return { regions: regions.start, dynamic: limits.DYNAMIC_BASE, stackTop };
    const [first, second, third] = numbers(this.#seed, `component ${path}`);
    // What is mapped later comes in the first half, whatever its size; the kernel knows no narrower limits.
    const dynamic = { start: limits.DYNAMIC_BASE, end: (limits.DYNAMIC_BASE + limits.DYNAMIC_END) / 2n };
    const stack = this.#pick({ start: stacks, end: down(stackTop, this.#table) }, size.stack, third);
    return {
      regions: this.#window(program) + this.#pick(regions, size.regions, first),
      dynamic: this.#pick(dynamic, this.#table + this.#page, second),
      stackTop: stack + size.stack,
    };
  }

  /** Programs and what their components have mapped share a window, so that they share tables. */
  #window(program: string): bigint {
    const known = this.#windows.get(program);
    if (known !== undefined) return known;
    const [, number] = numbers(this.#seed ?? '', `program ${program}`);
    const window = WINDOW * (number % BigInt(this.#space.windows));
    this.#windows.set(program, window);
    return window;
  }

  /**
   * A place for so many bytes, on a page of an area that begins and ends where tables do. What fits in one page table
   * does not lie across two.
   */
  #pick({ start, end }: Area, size: bigint, number: bigint): bigint {
    if (size > end - start) return start;
    if (size > this.#table) return start + this.#page * (number % ((end - start - size) / this.#page + 1n));
    const tables = (end - start) / this.#table;
    const places = (this.#table - size) / this.#page + 1n;
    return start + this.#table * (number % tables) + this.#page * ((number / tables) % places);
  }
}
