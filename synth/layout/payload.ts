/** The pages behind the table. Equal content is there once: read-only pages are shared by all who map them. */
export class Payload {
  readonly pages: Uint8Array[] = [];
  readonly #places = new Map<string, number>();
  readonly #page: number;
  #size = 0;

  /** @param page its bytes */
  constructor(page: number) {
    this.#page = page;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds content, with zeroes up to a whole number of pages; returns its offset from the payload’s start. */
  add(content: Uint8Array): number {
    const key = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const offset = this.#size;
    this.#places.set(key, offset);
    this.pages.push(content);
    this.#size += Math.ceil(content.length / this.#page) * this.#page;
    return offset;
  }
}
