/** What a component holds itself, before and after: grants, the objects behind them, its priority and core. */
import type { Edge, Interface, Node, NodeOf, Source, SystemGraph } from '../../constructs/graph/index.js';
import type { Matching } from './match.js';
import { type Change, type Verdict, verdictOf } from './model.js';
import type { Names } from './names.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** All grants of one component on one object under one kind: what it may do there is their union. */
interface Holding {
  readonly object: string;
  readonly kind: string;
  readonly need: string;
  readonly rights: readonly string[];
  readonly source: Source;
}

/** A side of the comparison, looked up by path. */
export interface Side {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly interfaces: ReadonlyMap<string, Interface>;
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
}

export function sideOf({ nodes, interfaces, edges }: SystemGraph): Side {
  const bySubject = new Map<string, Edge[]>();
  for (const edge of edges) {
    const own = bySubject.get(edge.subject);
    if (own) own.push(edge);
    else bySubject.set(edge.subject, [edge]);
  }
  return {
    nodes: new Map(nodes.map((node) => [node.path, node])),
    interfaces: new Map(interfaces.map((one) => [one.name, one])),
    edges: bySubject,
  };
}

/** Holdings by object and kind, in the words of the head: `name` and `kind` translate those of the base. */
function holdings(
  edges: readonly Edge[],
  name: (path: string) => string,
  kindOf: (kind: string) => string,
): Map<string, Holding> {
  const all = new Map<string, Holding>();
  for (const edge of [...edges].sort((a, b) => compare(a.need, b.need))) {
    const kind = kindOf(edge.kind);
    const key = `${name(edge.object)}\0${kind}`;
    const known = all.get(key);
    const rights = [...new Set([...(known?.rights ?? []), ...edge.rights])].sort(compare);
    all.set(key, {
      object: edge.object,
      kind,
      need: known?.need ?? edge.need,
      rights,
      source: known?.source ?? edge.source,
    });
  }
  return all;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What an object stands for, and as people read it. */
interface Extent {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** How many there can be of several things, in one order. */
  readonly counts?: readonly number[];
  readonly cores?: ReadonlySet<number>;
}

const count = (value: number): string => value.toLocaleString('en-US');
const bytes = (size: number): string => `${count(size)} bytes`;

/** What can be had of a pool, by the right that it takes: what nobody may make is no difference. */
function poolExtent({ size, regions, makes, cores = [] }: NodeOf<'MemoryPool'>, rights: readonly string[]): Extent {
  const may = (right: string, value = 0): number => (rights.includes(right) ? value : 0);
  const counted = [
    ['regions', may('allocate', regions)],
    ['endpoints', may('create', makes?.endpoints)],
    ['notifications', may('create', makes?.notifications)],
    ['address spaces', may('spawn', makes?.spaces)],
    ['threads', may('spawn', makes?.threads)],
  ] as const;
  const others = may('spawn', makes?.threads) > 0 ? cores : [];
  const made = counted.filter(([, value]) => value > 0).map(([name, value]) => `${count(value)} ${name}`);
  const where = others.length > 0 ? [`threads on core ${others.join(' or ')}`] : [];
  return {
    text: [bytes(size), ...made, ...where].join(', '),
    from: 0,
    to: size,
    counts: counted.map(([, value]) => value),
    cores: new Set(others),
  };
}

function extentOf(node: Node | undefined, rights: readonly string[]): Extent | null {
  if (!node) return null;
  switch (node.type) {
    case 'Mmio':
      return { from: node.address, to: node.address + node.size, text: `${hex(node.address)}, ${bytes(node.size)}` };
    case 'IoPorts': {
      const to = node.first + node.count;
      return { from: node.first, to, text: `${hex(node.first)}–${hex(to - 1)}` };
    }
    case 'MemoryPool':
      return poolExtent(node, rights);
    case 'Dma':
    case 'SharedRegion':
      return { from: 0, to: node.size, text: bytes(node.size) };
    case 'Interrupt':
      return { from: node.line, to: node.line + 1, text: `line ${node.line}` };
    default:
      return null;
  }
}

/** Whether one extent has something that another has not. */
function exceeds(one: Extent, other: Extent): boolean {
  return (
    one.from < other.from ||
    one.to > other.to ||
    (one.counts ?? []).some((value, index) => value > (other.counts?.[index] ?? 0)) ||
    [...(one.cores ?? [])].some((core) => !other.cores?.has(core))
  );
}

/** Methods that a right on an interface stands for, each with all that is on the wire. */
function methodsOf(kind: string, right: string, interfaces: ReadonlyMap<string, Interface>): Map<string, string> {
  const methods = interfaces.get(kind)?.methods.filter((method) => method.right === right) ?? [];
  return new Map(
    methods.map(({ name, oneway, request, response }) => [JSON.stringify([name, oneway, request, response]), name]),
  );
}

/** Compares two sets: gains and losses. */
function setVerdict(before: ReadonlySet<string>, after: ReadonlySet<string>): Verdict {
  return verdictOf(
    [...after].some((one) => !before.has(one)),
    [...before].some((one) => !after.has(one)),
  );
}

export class Changes {
  readonly #base: Side;
  readonly #head: Side;
  readonly #matching: Matching;
  readonly #names: Names;

  constructor(base: Side, head: Side, matching: Matching, names: Names) {
    this.#base = base;
    this.#head = head;
    this.#matching = matching;
    this.#names = names;
  }

  /** All direct changes of a component, by its paths in base and head; either is absent where it is not there. */
  of(before: string | undefined, after: string | undefined): Change[] {
    // A path that is gone must not be taken for a new one with the same name and another type.
    const name = (path: string): string => this.#matching.toHead.get(path) ?? `\0${path}`;
    const base = holdings(this.#base.edges.get(before ?? '') ?? [], name, this.#names.kind);
    const head = holdings(
      this.#head.edges.get(after ?? '') ?? [],
      (path) => path,
      (kind) => kind,
    );
    const keys = [...new Set([...base.keys(), ...head.keys()])];
    const changes = keys.flatMap((key) => this.#holding(base.get(key), head.get(key)));
    changes.sort((a, b) => compare(a.need, b.need) || compare(a.object, b.object) || compare(a.kind, b.kind));
    const own = before === undefined || after === undefined ? [] : this.#scheduling(before, after);
    return [...changes, ...own];
  }

  #holding(before: Holding | undefined, after: Holding | undefined): Change[] {
    const one = after ?? before;
    if (!one) return [];
    const { need, object, kind, source } = one;
    const change = (
      what: Change['what'],
      from: readonly string[],
      to: readonly string[],
      verdict: Verdict,
    ): Change[] =>
      verdict === 'equivalent' ? [] : [{ what, need, object, kind, before: from, after: to, verdict, source }];
    const [had, has] = [before?.rights ?? [], after?.rights ?? []];
    const verdict = before && after ? setVerdict(new Set(had), new Set(has)) : verdictOf(!before, !after);
    const rights = change('rights', had, has, verdict);
    if (!before || !after) return rights;
    return [...rights, ...this.#extent(before, after, change), ...this.#methods(before, after, change)];
  }

  #extent(
    before: Holding,
    after: Holding,
    change: (what: Change['what'], from: string[], to: string[], verdict: Verdict) => Change[],
  ): Change[] {
    // What a new right opens is said with the right.
    const kept = after.rights.filter((right) => before.rights.includes(right));
    const from = extentOf(this.#base.nodes.get(before.object), kept);
    const to = extentOf(this.#head.nodes.get(after.object), kept);
    if (!from || !to) return [];
    return change('extent', [from.text], [to.text], verdictOf(exceeds(to, from), exceeds(from, to)));
  }

  #methods(
    before: Holding,
    after: Holding,
    change: (what: Change['what'], from: string[], to: string[], verdict: Verdict) => Change[],
  ): Change[] {
    const kept = after.rights.filter((right) => before.rights.includes(right));
    // A kind of the base is looked up under its own name: translated kinds are structurally the same.
    const same = this.#base.interfaces.has(after.kind) && this.#head.interfaces.has(after.kind);
    if (!same) return [];
    return kept.flatMap((right) => {
      const from = methodsOf(after.kind, right, this.#base.interfaces);
      const to = methodsOf(after.kind, right, this.#head.interfaces);
      const texts = (methods: Map<string, string>): string[] => [...methods.values()].sort(compare);
      return change('methods', texts(from), texts(to), setVerdict(new Set(from.keys()), new Set(to.keys())));
    });
  }

  #scheduling(before: string, after: string): Change[] {
    const component = (node: Node | undefined): NodeOf<'Component'> | undefined =>
      node?.type === 'Component' ? node : undefined;
    const from = component(this.#base.nodes.get(before));
    const to = component(this.#head.nodes.get(after));
    if (!from || !to) return [];
    const { path: object, source } = to;
    const change = (what: 'priority' | 'core', was: string, is: string, verdict: Verdict): Change[] => [
      { what, need: what, object, kind: 'Component', before: [was], after: [is], verdict, source },
    ];
    const text = (node: NodeOf<'Component'>): string => `${node.class} ${node.priority}`;
    // The lower number runs first.
    const verdict = verdictOf(from.priority > to.priority, to.priority > from.priority);
    const [was = 0, is = 0] = [from.core, to.core];
    return [
      ...(from.priority === to.priority ? [] : change('priority', text(from), text(to), verdict)),
      // It can keep others from running where it is now, and no longer where it was.
      ...(was === is ? [] : change('core', String(was), String(is), 'incomparable')),
    ];
  }
}
