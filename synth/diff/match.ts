/**
 * Which node of the base is which of the head. Equal paths within their systems are the same thing: a path is a
 * contract. Only what is gone and what is new can be a rename, and it is one where the structure around says so:
 * nodes are coloured by what they are and, round for round, by the colours of their neighbours (Weisfeiler and
 * Leman), those already matched being fixed points. Nothing here depends on an order of input or on the direction
 * of the comparison.
 */
import type { Node, SystemGraph } from '../../constructs/graph/index.js';
import { groupBy } from './group.js';
import type { Names } from './names.js';

export interface Matching {
  readonly toHead: ReadonlyMap<string, string>;
  readonly toBase: ReadonlyMap<string, string>;
}

interface Link {
  /** How the nodes are related, with the rights of a grant. */
  readonly label: string;
  /** The same without rights. */
  readonly coarse: string;
  readonly to: Vertex;
}

interface Vertex {
  readonly node: Node;
  /** Path without the system's id. */
  readonly name: string;
  readonly links: Link[];
  /** What it is, apart from its name and its neighbours. */
  readonly nature: string;
  /** What it certainly is even when it was changed as well. */
  readonly core: string;
  /** Number of the pair that it belongs to. */
  pair: number | undefined;
  colour: number;
}

/** How alike two nodes must be, strictest first. */
interface Strategy {
  /** The last part of the path must be the same. */
  readonly named: boolean;
  readonly rounds: number;
  readonly label: 'label' | 'coarse';
  readonly by: 'nature' | 'core';
  /** Whether one of several that look the same may be taken, since it makes no difference which. */
  readonly ties: boolean;
}

const strategies: readonly Strategy[] = [
  { named: true, rounds: 12, label: 'label', by: 'nature', ties: true },
  { named: false, rounds: 12, label: 'label', by: 'nature', ties: true },
  { named: true, rounds: 1, label: 'coarse', by: 'core', ties: false },
  { named: false, rounds: 1, label: 'coarse', by: 'core', ties: false },
  { named: true, rounds: 0, label: 'coarse', by: 'core', ties: false },
  { named: false, rounds: 0, label: 'coarse', by: 'core', ties: false },
];

/** After so many ties that were broken one by one, the rest is paired in the order of paths. */
const patience = 24;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function nature(node: Node, names: Names): readonly [nature: string, core: string] {
  const same = (...parts: readonly (string | number)[]): readonly [string, string] => {
    const text = [node.type, ...parts].join(' ');
    return [text, text];
  };
  switch (node.type) {
    case 'Component': {
      const program = `Component ${names.program(node.program)}`;
      return [`${program} ${node.priority}`, program];
    }
    case 'Endpoint':
      return same(names.kind(node.interface));
    case 'SharedRegion':
    case 'MemoryPool':
    case 'Dma':
      return same(node.size);
    case 'Interrupt':
      return same(node.line);
    case 'IoPorts':
      return same(node.first, node.count);
    case 'Mmio':
      return same(node.address, node.size);
    case 'MemoryZone':
      return same(node.kind);
    default:
      return same();
  }
}

function references(node: Node): [label: string, path: string][] {
  const found: [string, string | undefined][] = [
    ['zone', 'zone' in node ? node.zone : undefined],
    ['supervisor', 'supervisor' in node ? node.supervisor : undefined],
    ['notification', 'notification' in node ? node.notification : undefined],
  ];
  return found.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function vertices({ system, nodes, edges }: SystemGraph, names: Names): Map<string, Vertex> {
  const all = new Map<string, Vertex>();
  for (const node of nodes) {
    const [whole, core] = nature(node, names);
    const name = node.path.startsWith(`${system}/`) ? node.path.slice(system.length + 1) : node.path;
    all.set(node.path, { node, name, links: [], nature: whole, core, pair: undefined, colour: 0 });
  }
  const link = (from: string, to: string, coarse: string, label: string): void => {
    const [a, b] = [all.get(from), all.get(to)];
    if (!a || !b) return;
    a.links.push({ label: `>${label}`, coarse: `>${coarse}`, to: b });
    b.links.push({ label: `<${label}`, coarse: `<${coarse}`, to: a });
  };
  for (const { subject, object, kind, rights } of edges) {
    const coarse = names.kind(kind);
    link(subject, object, coarse, `${coarse} ${[...rights].sort(compare).join(',')}`);
  }
  for (const node of nodes) for (const [label, path] of references(node)) link(node.path, path, label, label);
  return all;
}

const sameNames: Names = { kind: (kind) => kind, program: (name) => name };

class Matcher {
  readonly #base: readonly Vertex[];
  readonly #head: readonly Vertex[];
  readonly #pairs: [Vertex, Vertex][] = [];
  #ties = 0;

  constructor(base: Iterable<Vertex>, head: Iterable<Vertex>) {
    this.#base = [...base].sort((a, b) => compare(a.name, b.name));
    this.#head = [...head].sort((a, b) => compare(a.name, b.name));
  }

  run(): readonly [Vertex, Vertex][] {
    const heads = new Map(this.#head.map((vertex) => [vertex.name, vertex]));
    for (const vertex of this.#base) {
      const other = heads.get(vertex.name);
      if (other && other.node.type === vertex.node.type) this.#match(vertex, other);
    }
    for (let next = 0; next < strategies.length && this.#left(this.#base).length > 0; ) {
      const strategy = strategies[next];
      // A weak likeness that was found may make a strong one of its neighbours.
      next = strategy && this.#apply(strategy) ? 0 : next + 1;
    }
    return this.#pairs;
  }

  #match(base: Vertex, head: Vertex): void {
    base.pair = this.#pairs.length;
    head.pair = this.#pairs.length;
    this.#pairs.push([base, head]);
  }

  #left(side: readonly Vertex[]): Vertex[] {
    return side.filter(({ pair }) => pair === undefined);
  }

  #apply(strategy: Strategy): boolean {
    const base = this.#left(this.#base);
    const head = this.#left(this.#head);
    if (base.length === 0 || head.length === 0) return false;
    this.#colour([...base, ...head], strategy);
    const heads = groupBy(head, ({ colour }) => colour);
    const classes = [...groupBy(base, ({ colour }) => colour)]
      .map(([colour, bases]) => ({ bases, heads: heads.get(colour) ?? [] }))
      .filter((one) => one.heads.length > 0);
    const certain = classes.filter((one) => one.bases.length === 1 && one.heads.length === 1);
    for (const { bases, heads: others } of certain) this.#pair(bases, others, 1);
    if (certain.length > 0) return true;
    if (!strategy.ties || classes.length === 0) return false;
    this.#ties += 1;
    if (this.#ties > patience) {
      for (const { bases, heads: others } of classes) this.#pair(bases, others, Number.POSITIVE_INFINITY);
      return true;
    }
    const first = (one: (typeof classes)[number]): string =>
      [one.bases[0]?.name ?? '', one.heads[0]?.name ?? ''].sort(compare).join('\0');
    const [chosen] = classes.sort((a, b) => compare(first(a), first(b)));
    if (chosen) this.#pair(chosen.bases, chosen.heads, 1);
    return true;
  }

  #pair(bases: readonly Vertex[], heads: readonly Vertex[], most: number): void {
    for (let index = 0; index < Math.min(bases.length, heads.length, most); index++) {
      const [base, head] = [bases[index], heads[index]];
      if (base && head) this.#match(base, head);
    }
  }

  #colour(left: readonly Vertex[], { named, rounds, label, by }: Strategy): void {
    const numbers = new Map<string, number>();
    const number = (text: string): number => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    };
    for (const vertex of left) {
      const id = named ? vertex.name.slice(vertex.name.lastIndexOf('/') + 1) : '';
      vertex.colour = number(`${vertex[by]}\0${id}`);
    }
    let classes = new Set(left.map(({ colour }) => colour)).size;
    for (let round = 0; round < rounds; round++) {
      const next = left.map((vertex) => {
        const around = vertex.links
          .map((link) => `${link[label]}${link.to.pair === undefined ? `?${link.to.colour}` : `=${link.to.pair}`}`)
          .sort(compare);
        return number(`${round} ${vertex.colour} ${around.join('|')}`);
      });
      left.forEach((vertex, index) => {
        vertex.colour = next[index] ?? 0;
      });
      const now = new Set(next).size;
      if (round > 0 && now === classes) break;
      classes = now;
    }
  }
}

/** Matches the nodes of two graphs; paths in the answer are the graphs' own. */
export function matchNodes(base: SystemGraph, head: SystemGraph, names: Names): Matching {
  const pairs = new Matcher(vertices(base, names).values(), vertices(head, sameNames).values()).run();
  return {
    toHead: new Map(pairs.map(([one, other]) => [one.node.path, other.node.path])),
    toBase: new Map(pairs.map(([one, other]) => [other.node.path, one.node.path])),
  };
}
