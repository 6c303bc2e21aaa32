/** Gives objects names that the language takes: a letter, then letters, digits, `_` and `@`. */
export class CapdlNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** The name of what `path` stands for under a prefix; always the same one. */
  of(prefix: string, path: string): string {
    const key = `${prefix} ${path}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    // The first part is the system, which is the whole file.
    const inside = path.slice(path.indexOf('/') + 1);
    const wish = `${prefix}_${inside.replaceAll('/', '@').replace(/[^A-Za-z0-9_@]/g, '_')}`;
    let name = wish;
    for (let count = 2; this.#taken.has(name); count++) name = `${wish}@${count}`;
    this.#taken.add(name);
    this.#names.set(key, name);
    return name;
  }
}
