/** The place in a machine’s memory where the audit service answers: see services/audit/src/lib.rs. */
import { randomBytes } from 'node:crypto';
import { ToolError } from '../findings/index.js';
import type { GuestMemory } from '../qemu/index.js';

/** What is in the place of the mark in the program’s file. */
export const unmarked = Buffer.from('veridian-audit mailbox, unmarked', 'latin1');

const asked = 32;
const told = 36;
const lengthAt = 40;
const textAt = 44;
/** Bytes of text at a time. */
const textSize = 4096 - textAt;

/** A copy of an image whose audit service has a mark of its own, which nobody in the system can know. */
export function markImage(image: Uint8Array): { readonly image: Uint8Array; readonly mark: Uint8Array } {
  const copy = Buffer.from(image);
  const mark = randomBytes(unmarked.length);
  let at = copy.indexOf(unmarked);
  if (at < 0)
    throw new ToolError({
      code: 'VRD0992',
      message: 'the audit service of this image has no mailbox',
      help: 'synthesize it again with this version of Veridian',
    });
  for (; at >= 0; at = copy.indexOf(unmarked, at)) mark.copy(copy, at);
  return { image: copy, mark };
}

/** One conversation with the service: its questions and answers are numbered. */
export class Mailbox {
  readonly #memory: GuestMemory;
  readonly #mark: Uint8Array;
  #number = 0;

  constructor(memory: GuestMemory, mark: Uint8Array) {
    this.#memory = memory;
    this.#mark = mark;
  }

  /** Asks for a census, or for more of it. */
  ask(): void {
    this.#number += 1;
    this.#put();
  }

  /**
   * The next part of the answer, undefined while there is none. The boot file’s own copy of the mailbox lies in memory
   * as well, and there nobody answers.
   */
  answer(): string | undefined {
    this.#put();
    for (const at of this.#memory.find(this.#mark)) {
      const page = this.#memory.read(at, textAt + textSize);
      if (page.readUInt32LE(told) === this.#number)
        return page.toString('latin1', textAt, textAt + Math.min(page.readUInt32LE(lengthAt), textSize));
    }
    return undefined;
  }

  /** Puts the question wherever the mark is: the service may have begun since. */
  #put(): void {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(this.#number);
    for (const at of this.#memory.find(this.#mark)) this.#memory.write(at + asked, number);
  }
}
