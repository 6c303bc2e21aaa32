/** Everything that everybody can come to do, at once: strongly connected components and sets of bits. */
import { type Bits, bitsFor, condense, hasBit, membersOf, setBit, unite, uniteWithout } from './digraph.js';
import type { Layers } from './layers.js';

/** How many bits of a word are set (H. Warren, Hacker’s Delight, 2nd edition, figure 5-2). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

export class Closure {
  readonly #layers: Layers;
  readonly #groupOf: Int32Array;
  readonly #bits: (Bits | undefined)[] = [];
  /** Facts that one has only by holding. */
  readonly #own: Bits;

  constructor(layers: Layers) {
    this.#layers = layers;
    const { forward, count } = layers;
    const condensed = condense(count, forward);
    const { start, members } = membersOf(condensed);
    this.#groupOf = condensed.of;
    this.#own = bitsFor(layers.model.facts.length);
    for (const [index, fact] of layers.model.facts.entries()) if (layers.isOwn(fact)) setBit(this.#own, index);
    // Arcs lead to groups of lower numbers, so that those are complete when they are needed.
    for (let group = 0; group < condensed.count; group++) {
      const nodes = members.subarray(start[group], start[group + 1]);
      const [first = 0] = nodes;
      // What is held and cannot be passed is looked up in the facts when it is needed: most holdings are such.
      if (!this.#isPlain(first)) this.#bits[group] = this.#union(nodes, group, !layers.isHolding(first));
    }
  }

  /** Holdings that nothing can be added to. */
  #isPlain(state: number): boolean {
    const { start } = this.#layers.forward;
    return this.#layers.isHolding(state) && start[state] === start[state + 1];
  }

  /** What follows from some states together. A set that would be a copy of another one is that one. */
  #union(nodes: Int32Array, group: number, doing: boolean): Bits | undefined {
    const { forward, facts } = this.#layers;
    const single: number[] = [];
    const sets = new Set<Bits>();
    const held = new Set<Bits>();
    for (const node of nodes) {
      for (const fact of facts[node] ?? []) single.push(fact);
      for (let arc = forward.start[node] ?? 0; arc < (forward.start[node + 1] ?? 0); arc++) {
        const state = forward.target[arc] ?? 0;
        const next = this.#groupOf[state] ?? 0;
        if (next === group) continue;
        if (this.#isPlain(state)) for (const fact of facts[state] ?? []) single.push(fact);
        const there = this.#bits[next];
        if (there) (doing && this.#layers.isHolding(state) ? held : sets).add(there);
      }
    }
    const [one, ...others] = sets;
    if (one && others.length + held.size + single.length === 0) return one;
    if (!one && held.size + single.length === 0) return undefined;
    const bits = one ? one.slice() : bitsFor(this.#layers.model.facts.length);
    for (const other of others) unite(bits, other);
    for (const other of held) uniteWithout(bits, other, this.#own);
    for (const fact of single) if (!doing || !hasBit(this.#own, fact)) setBit(bits, fact);
    return bits;
  }

  /** Whether a component can come to do this to an object. */
  reaches(subject: string, object: string, right: string): boolean {
    const { model } = this.#layers;
    const component = model.components.indexOf(subject);
    const [fact] = model.factsOf(object, right);
    if (component < 0 || fact === undefined) return false;
    const [does, holds] = this.sets(component);
    return hasBit(does, fact) || hasBit(holds, fact);
  }

  /** How many rights on objects a component can come to exercise. */
  count(subject: string): number {
    const [does, holds] = this.sets(this.#layers.model.components.indexOf(subject));
    let count = 0;
    for (let word = 0; word < Math.max(does?.length ?? 0, holds?.length ?? 0); word++) {
      count += ones((does?.[word] ?? 0) | (holds?.[word] ?? 0));
    }
    return count;
  }

  /**
   * Facts that a component can come to do, and that it can come to hold, which add those of `isOwn` alone. Components
   * of one group share their sets.
   */
  sets(component: number): readonly [does: Bits | undefined, holds: Bits | undefined] {
    const [does, holds] = [this.#layers.does(component), this.#layers.holds(component)];
    const group = this.#groupOf[holds] ?? -1;
    if (group >= 0 && this.#isPlain(holds) && !this.#bits[group]) {
      const bits = bitsFor(this.#layers.model.facts.length);
      for (const fact of this.#layers.facts[holds] ?? []) setBit(bits, fact);
      this.#bits[group] = bits;
    }
    return [this.#bits[this.#groupOf[does] ?? -1], this.#bits[group]];
  }
}
