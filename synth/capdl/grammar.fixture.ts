/** A reader of capDL's grammar, as far as objects and capabilities go: for tests to hold the exporter to it. */

/** An object or capability as it stands in the text. */
export interface CapdlObject {
  readonly type: string;
  /** How many of it there are, for an array. */
  readonly count: number | undefined;
  readonly params: readonly string[];
}

export interface CapdlCap {
  readonly object: string;
  /** First and last index, both included, into an array. */
  readonly range: readonly [number, number] | undefined;
  readonly rights: string;
  readonly badge: string | undefined;
}

export interface CapdlModule {
  readonly arch: string;
  readonly objects: ReadonlyMap<string, CapdlObject>;
  readonly caps: ReadonlyMap<string, ReadonlyMap<string, CapdlCap>>;
}

const token =
  /\s+|--[^\n]*|(?<number>0x[0-9a-fA-F]+|\d+)|(?<name>[A-Za-z][A-Za-z0-9_@]*)|(?<sign>\.\.|[[\]{}():,=;/])/y;
const types = ['ep', 'notification', 'tcb', 'cnode', 'pml4', 'pdpt', 'pd', 'pt', 'frame', 'io_ports', 'ioapic_irq'];
const slots = ['cspace', 'vspace', 'fault_ep_slot', 'bound_notification'];

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const at = token.lastIndex;
      const match = token.exec(text);
      if (!match) throw new SyntaxError(`no token at ${JSON.stringify(text.slice(at, at + 30))}`);
      const { number, name, sign } = match.groups ?? {};
      const found = number ?? name ?? sign;
      if (found !== undefined) this.#tokens.push(found);
    }
  }

  module(): CapdlModule {
    this.#expect('arch');
    const arch = this.#oneOf(['ia32', 'arm11', 'x86_64', 'aarch64', 'riscv']);
    const objects = new Map<string, CapdlObject>();
    const caps = new Map<string, Map<string, CapdlCap>>();
    this.#expect('objects');
    this.#block(() => {
      const name = this.#name();
      const count = this.#is('[') ? this.#index() : undefined;
      this.#expect('=');
      const type = this.#oneOf(types);
      const params = this.#is('(') ? this.#params() : [];
      if (objects.has(name)) throw new SyntaxError(`${name} is declared twice`);
      objects.set(name, { type, count, params });
    });
    this.#expect('caps');
    this.#block(() => {
      const owner = this.#name();
      const held = new Map<string, CapdlCap>();
      if (caps.has(owner)) throw new SyntaxError(`${owner} has capabilities twice`);
      caps.set(owner, held);
      this.#block(() => {
        const slot = this.#next();
        if (!/^\d/.test(slot) && !slots.includes(slot)) throw new SyntaxError(`${slot} is no slot`);
        this.#expect(':');
        if (held.has(slot)) throw new SyntaxError(`slot ${slot} of ${owner} is filled twice`);
        held.set(slot, this.#cap());
      });
    });
    if (this.#tokens.length > this.#at) throw new SyntaxError(`${this.#tokens[this.#at]} after the end`);
    return { arch, objects, caps };
  }

  #cap(): CapdlCap {
    const object = this.#name();
    const range = this.#is('[') ? this.#range() : undefined;
    const params = this.#is('(') ? this.#params() : [];
    const known = params.every((param) => /^([RWGP]+|badge:\w+|uncached)$/.test(param));
    if (!known) throw new SyntaxError(`parameters ${params} of ${object}`);
    const badge = params.find((param) => param.startsWith('badge:'))?.slice(6);
    return { object, range, rights: params.find((param) => /^[RWGP]+$/.test(param)) ?? '', badge };
  }

  #params(): string[] {
    const list = [''];
    this.#expect('(');
    for (let depth = 0; depth > 0 || !this.#is(')'); ) {
      const next = this.#next();
      if (next === '[') depth += 1;
      if (next === ']') depth -= 1;
      if (next === ',' && depth === 0) list.push('');
      else list[list.length - 1] += next;
    }
    this.#expect(')');
    return list;
  }

  #index(): number {
    this.#expect('[');
    const value = Number(this.#next());
    this.#expect(']');
    return value;
  }

  #range(): [number, number] {
    this.#expect('[');
    const first = Number(this.#next());
    if (!this.#is('..')) {
      this.#expect(']');
      return [first, first];
    }
    this.#expect('..');
    const last = Number(this.#next());
    this.#expect(']');
    return [first, last];
  }

  #block(entry: () => void): void {
    this.#expect('{');
    while (!this.#is('}')) entry();
    this.#expect('}');
  }

  #is(text: string): boolean {
    return this.#tokens[this.#at] === text;
  }

  #next(): string {
    const found = this.#tokens[this.#at];
    if (found === undefined) throw new SyntaxError('the text ends too early');
    this.#at += 1;
    return found;
  }

  #expect(text: string): void {
    const found = this.#next();
    if (found !== text) throw new SyntaxError(`${found} in place of ${text}`);
  }

  #oneOf(words: readonly string[]): string {
    const found = this.#next();
    if (!words.includes(found)) throw new SyntaxError(`${found} is none of ${words}`);
    return found;
  }

  #name(): string {
    const found = this.#next();
    if (!/^[A-Za-z]/.test(found)) throw new SyntaxError(`${found} is no name`);
    return found;
  }
}

/** Reads a text, or throws where it breaks the grammar. */
export const parseCapdl = (text: string): CapdlModule => new Parser(text).module();
