/** Everything that everybody can come to do, at once: strongly connected components and sets of bits. */
import { type Bits, bitsFor, condense, hasBit, membersOf, setBit, unite } from './digraph.js';
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
  readonly #bits: readonly (Bits | undefined)[];
  readonly #own: Bits;

  constructor(layers: Layers) {
    this.#layers = layers;
    const { forward, count, model } = layers;
    const condensed = condense(count, forward);
    const { start, members } = membersOf(condensed);
    this.#groupOf = condensed.of;
    this.#own = bitsFor(model.facts.length);
    for (const [index, fact] of model.facts.entries()) if (layers.isOwn(fact)) setBit(this.#own, index);
    const all: (Bits | undefined)[] = [];
    // Arcs lead to groups of lower numbers, so that those are complete when they are needed.
    for (let group = 0; group < condensed.count; group++) {
      let bits: Bits | undefined;
      const doing = layers.isDoing(members[start[group] ?? 0] ?? 0);
      for (const node of members.subarray(start[group], start[group + 1])) {
        for (const fact of layers.facts[node] ?? []) {
          bits ??= bitsFor(model.facts.length);
          setBit(bits, fact);
        }
        for (let arc = forward.start[node] ?? 0; arc < (forward.start[node + 1] ?? 0); arc++) {
          const next = condensed.of[forward.target[arc] ?? 0] ?? 0;
          const there = all[next];
          if (next === group || !there) continue;
          bits ??= bitsFor(model.facts.length);
          unite(bits, there);
        }
      }
      if (doing && bits)
        for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & ~(this.#own[word] ?? 0);
      all[group] = bits;
    }
    this.#bits = all;
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
    const of = (state: number): Bits | undefined => this.#bits[this.#groupOf[state] ?? -1];
    return [of(this.#layers.does(component)), of(this.#layers.holds(component))];
  }
}
