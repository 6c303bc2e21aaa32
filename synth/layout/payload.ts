/** The pages behind the table. Equal content is there once: read-only pages are shared by all who map them. */
export class Payload {
  readonly pages: Uint8Array[] = [];
  readonly #places = new Map<string, number>();
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds whole pages; returns their offset from the payload’s start. */
  add(content: Uint8Array): number {
    // Most pages end in zeroes: what is before them and the length say the same for less.
    let end = content.length;
    while (end > 0 && content[end - 1] === 0) end -= 1;
    const key = `${content.length} ${Buffer.from(content.buffer, content.byteOffset, end).toString('latin1')}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const offset = this.#size;
    this.#places.set(key, offset);
    this.pages.push(content);
    this.#size += content.length;
    return offset;
  }
}
