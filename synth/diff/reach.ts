/** What components can come to do in the end, before and after. */
import type { Authority, Step } from '../authority/index.js';
import { groupBy } from './group.js';
import type { Matching } from './match.js';
import type { Reach } from './model.js';

/** Facts of one side as numbers of that side’s model, which the other side lacks. */
type Missing = readonly number[];
type Bits = Uint32Array;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const nothing: Bits = new Uint32Array(0);

/**
 * How much is searched for witnesses, in grants looked at, and how many facts are listed, after which a comparison
 * says that it shows no more. Counted, not timed: the same input gives the same output.
 */
const limits = { search: 1_000_000, facts: 100_000 } as const;

function has(bits: Bits, index: number): boolean {
  return index >= 0 && ((bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
}

/** One side: its sets of facts, and what its facts are called on the other side. */
class Side {
  readonly authority: Authority;
  /** Number of each fact in the other side’s model; −1 where it has none. */
  readonly others: Int32Array;
  /** Components that can do the same in the end share one set: such sets are compared once. */
  readonly #known = new WeakMap<Bits, WeakMap<Bits, Missing>>();

  constructor(authority: Authority, other: Authority, names: ReadonlyMap<string, string>) {
    this.authority = authority;
    const { facts, objects } = authority.model;
    this.others = Int32Array.from(facts, ({ object, right }) => {
      const path = names.get(objects.list[object] ?? '');
      return path === undefined ? -1 : (other.model.factsOf(path, right)[0] ?? -1);
    });
  }

  sets(path: string | undefined): readonly [does: Bits, holds: Bits] {
    const component = path === undefined ? -1 : this.authority.model.components.indexOf(path);
    if (component < 0) return [nothing, nothing];
    const [does = nothing, holds = nothing] = this.authority.closure().sets(component);
    return [does, holds];
  }

  /** All that one can do or hold here, and can neither do nor hold there. */
  all([does, holds]: readonly [Bits, Bits], [otherDoes, otherHolds]: readonly [Bits, Bits]): Missing {
    const lacks = (other: Bits, fact: number): boolean => !has(other, this.others[fact] ?? -1);
    return [
      ...this.#missing(does, otherDoes).filter((fact) => lacks(otherHolds, fact)),
      ...this.#missing(holds, otherHolds).filter((fact) => lacks(otherDoes, fact) && !has(does, fact)),
    ];
  }

  #missing(own: Bits, other: Bits): Missing {
    const row = this.#known.get(own) ?? new WeakMap<Bits, Missing>();
    this.#known.set(own, row);
    let found = row.get(other);
    if (!found) {
      found = this.#difference(own, other);
      row.set(other, found);
    }
    return found;
  }

  #difference(own: Bits, other: Bits): Missing {
    const found: number[] = [];
    for (let word = 0; word < own.length; word++) {
      for (let rest = own[word] ?? 0; rest !== 0; rest &= rest - 1) {
        const fact = word * 32 + 31 - Math.clz32(rest & -rest);
        if (!has(other, this.others[fact] ?? -1)) found.push(fact);
      }
    }
    return found;
  }

  /** Facts as objects with rights, in order, those that the component’s own grants say left out. */
  named(subject: string, facts: Missing): readonly (readonly [object: string, rights: readonly string[]])[] {
    const { model } = this.authority;
    const direct = this.authority.direct(subject);
    const listed = facts.flatMap((fact) => {
      const { object = -1, right = '' } = model.facts[fact] ?? {};
      const path = model.objects.list[object] ?? '';
      return direct.get(path)?.has(right) ? [] : [{ path, right }];
    });
    return [...groupBy(listed, ({ path }) => path)]
      .map(([path, all]) => [path, all.map(({ right }) => right).sort(compare)] as const)
      .sort(([a], [b]) => compare(a, b));
  }
}

/** What a component gains and loses beyond its own grants. */
export interface ReachDiff {
  readonly gains: boolean;
  readonly loses: boolean;
  readonly reaches: readonly Reach[];
  readonly lost: readonly Reach[];
}

export class ReachComparison {
  readonly #base: Side;
  readonly #head: Side;
  #search: number = limits.search;
  #facts: number = limits.facts;
  #unlisted = 0;
  #unwitnessed = 0;

  constructor(base: Authority, head: Authority, { toBase, toHead }: Matching) {
    this.#base = new Side(base, head, toHead);
    this.#head = new Side(head, base, toBase);
  }

  /** Compares a component by its paths in base and head; either is absent where it is not there. */
  of(before: string | undefined, after: string | undefined): ReachDiff {
    const [baseDoes, baseHolds] = this.#base.sets(before);
    const [headDoes, headHolds] = this.#head.sets(after);
    const gained = this.#head.all([headDoes, headHolds], [baseDoes, baseHolds]);
    const lost = this.#base.all([baseDoes, baseHolds], [headDoes, headHolds]);
    return {
      gains: gained.length > 0,
      loses: lost.length > 0,
      reaches: after === undefined ? [] : this.#witnessed(this.#head, after, gained),
      lost: before === undefined ? [] : this.#witnessed(this.#base, before, lost),
    };
  }

  /** What was left out so that the comparison ends. */
  get omitted(): readonly string[] {
    const unlisted = `${this.#unlisted.toLocaleString('en-US')} rights that are newly reached or lost are not listed`;
    const unwitnessed = `${this.#unwitnessed.toLocaleString('en-US')} of those listed have no path beside them`;
    return [...(this.#unlisted > 0 ? [unlisted] : []), ...(this.#unwitnessed > 0 ? [unwitnessed] : [])];
  }

  /** Rights on one object that are reached the same way are one line. */
  #witnessed(side: Side, subject: string, facts: Missing): Reach[] {
    if (facts.length === 0) return [];
    return side.named(subject, facts).flatMap(([object, rights]) => {
      if (this.#facts < rights.length) {
        this.#unlisted += rights.length;
        return [];
      }
      this.#facts -= rights.length;
      const ways = rights.map((right) => ({ right, witness: this.#witness(side, subject, object, right) }));
      const same = (way: { readonly witness: readonly Step[] }): string =>
        JSON.stringify(way.witness.map(({ from, to, via, source }) => [from, to, via, source]));
      return [...groupBy(ways, same).values()].map((group) => ({
        object,
        rights: group.map(({ right }) => right),
        witness: joined(group.map(({ witness }) => witness)),
      }));
    });
  }

  #witness(side: Side, subject: string, object: string, right: string): readonly Step[] {
    if (this.#search <= 0) {
      this.#unwitnessed += 1;
      return [];
    }
    const witness = side.authority.witness(subject, object, right) ?? [];
    const { grants, components } = side.authority.model;
    // A search that ends nearby has not looked far.
    this.#search -= Math.min(grants.length + components.list.length, 500 * (witness.length + 1));
    return witness;
  }
}

/** Ways that differ only in the rights that they use, as one. */
function joined(ways: readonly (readonly Step[])[]): readonly Step[] {
  const [first = []] = ways;
  return first.map((step, index) => ({
    ...step,
    rights: [...new Set(ways.flatMap((way) => way[index]?.rights ?? []))],
  }));
}
