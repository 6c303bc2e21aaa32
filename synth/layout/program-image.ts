/** A program’s segments as runs of whole pages. */
import type { Elf } from '../elf/index.js';

/** Pages of one kind that lie side by side. */
export interface PageRun {
  /** Page-aligned. */
  readonly address: bigint;
  readonly pages: number;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Whole pages of content; absent for pages of zeroes. */
  readonly content?: Uint8Array;
}

const down = (address: bigint, page: bigint): bigint => address - (address % page);
const up = (address: bigint, page: bigint): bigint => down(address + page - 1n, page);

/** In order of address: the pages of `pageSize` bytes that the file gives, then those that are zero, of each segment. */
export function pageRuns({ segments }: Pick<Elf, 'segments'>, pageSize: number): PageRun[] {
  const page = BigInt(pageSize);
  return segments.flatMap(({ address, memorySize, data, writable, executable }) => {
    const start = down(address, page);
    const filled = data.length === 0 ? start : up(address + BigInt(data.length), page);
    const end = memorySize === 0n ? start : up(address + memorySize, page);
    const runs: PageRun[] = [];
    if (filled > start) {
      const content = new Uint8Array(Number(filled - start));
      content.set(data, Number(address - start));
      runs.push({ address: start, pages: content.length / Number(page), writable, executable, content });
    }
    // Zero pages are never executable: nothing but the image may be.
    if (end > filled) {
      runs.push({ address: filled, pages: Number((end - filled) / page), writable, executable: false });
    }
    return runs;
  });
}

/** Bytes that a component of this program takes from its zone in pages of `pageSize` bytes, its stack not counted. */
export function privateBytes(elf: Elf, pageSize: number): number {
  const page = BigInt(pageSize);
  let pages = 0n;
  for (const { address, memorySize, data, writable } of elf.segments) {
    if (memorySize === 0n) continue;
    const filled = data.length === 0 ? down(address, page) : up(address + BigInt(data.length), page);
    pages += (up(address + memorySize, page) - (writable ? down(address, page) : filled)) / page;
  }
  return Number(pages * page);
}
