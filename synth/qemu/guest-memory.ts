/** The memory of a machine, as a file of this one: read, and written, while the machine runs and after it. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const PAGE = 4096;
/** Bytes that are read at a time: a file of memory is mostly holes, which cost little. */
const STRIDE = 1024 * 1024;

export class GuestMemory {
  readonly #file: number;

  /** Opens the file that QEMU was told to keep memory in (`memoryFile`). Throws where there is none yet. */
  constructor(path: string) {
    this.#file = openSync(path, 'r+');
  }

  /** Offset of every page that begins with these bytes. */
  find(mark: Uint8Array): number[] {
    const { size } = fstatSync(this.#file);
    const found: number[] = [];
    const block = Buffer.alloc(STRIDE);
    for (let at = 0; at < size; at += STRIDE) {
      const length = readSync(this.#file, block, 0, STRIDE, at);
      for (let page = 0; page + mark.length <= length; page += PAGE)
        if (block.subarray(page, page + mark.length).equals(mark)) found.push(at + page);
    }
    return found;
  }

  /** Bytes at an offset. */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, offset);
    return bytes;
  }

  /** Puts bytes in place of those that are there. */
  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.#file, bytes, 0, bytes.length, offset);
  }

  close(): void {
    closeSync(this.#file);
  }
}
