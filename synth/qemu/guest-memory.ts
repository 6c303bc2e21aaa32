/** The memory of a machine, as a file of this one: read, and written, while the machine runs and after it. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { MemoryFile } from './command-line.js';

const PAGE = 4096;
/** Bytes that are read at a time: a file of memory is mostly holes, which cost little. */
const STRIDE = 1024 * 1024;

export class GuestMemory {
  /** One after the other, with the offset of each. */
  readonly #pieces: readonly { readonly file: number; readonly start: number; readonly size: number }[];

  /** Opens the files that QEMU was told to keep memory in (`memoryFiles`). Throws where one is missing yet. */
  constructor(files: readonly MemoryFile[]) {
    let start = 0;
    this.#pieces = files.map(({ path, size }) => {
      const piece = { file: openSync(path, 'r+'), start, size };
      start += size;
      return piece;
    });
  }

  /** Offset of every page that begins with these bytes. */
  find(mark: Uint8Array): number[] {
    const found: number[] = [];
    const block = Buffer.alloc(STRIDE);
    for (const { file, start, size } of this.#pieces)
      for (let at = 0; at < size; at += STRIDE) {
        const length = readSync(file, block, 0, STRIDE, at);
        for (let page = 0; page + mark.length <= length; page += PAGE)
          if (block.subarray(page, page + mark.length).equals(mark)) found.push(start + at + page);
      }
    return found;
  }

  /** Bytes at an offset. */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (const { file, from, to, at } of this.#parts(offset, length)) readSync(file, bytes, from, to - from, at);
    return bytes;
  }

  /** Puts bytes in place of those that are there. */
  write(offset: number, bytes: Uint8Array): void {
    for (const { file, from, to, at } of this.#parts(offset, bytes.length)) writeSync(file, bytes, from, to - from, at);
  }

  close(): void {
    for (const { file } of this.#pieces) closeSync(file);
  }

  /** What of each file a run of bytes lies in: bytes `from` to `to` of the run begin `at` there. */
  #parts(offset: number, length: number): { file: number; from: number; to: number; at: number }[] {
    return this.#pieces.flatMap(({ file, start, size }) => {
      const from = Math.max(0, start - offset);
      const to = Math.min(length, start + size - offset);
      return from < to ? [{ file, from, to, at: offset + from - start }] : [];
    });
  }
}
