/** What a rule sees: the graph, indexed once, and the programs that were read. */
import { userSpace } from '../../arch/index.js';
import type {
  Edge,
  Interface,
  Need,
  Node,
  NodeOf,
  NodeType,
  Program,
  Source,
  SystemGraph,
} from '../../constructs/graph/index.js';
import { type Kind, kinds } from '../../kernel/abi/index.js';
import type { Finding } from '../findings/index.js';
import type { NativeProgram } from '../programs/index.js';

/** What a rule reports: the rest of the finding is the rule’s own. */
export type Report = Omit<Finding, 'code' | 'severity' | 'related'> & Partial<Pick<Finding, 'related'>>;

/** A check of a whole system. It looks at each node and edge a constant number of times. */
export interface Rule {
  readonly code: string;
  /** In a few words; the head of its page. */
  readonly title: string;
  check(context: Context): Iterable<Report>;
}

/** A range of something that has one owner: a component that holds it, or the node while nobody does. */
export interface Claim {
  readonly first: number;
  /** First number behind the range. */
  readonly end: number;
  readonly node: string;
  readonly owner: string;
  readonly source: Source;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class Context {
  readonly graph: SystemGraph;
  readonly natives: ReadonlyMap<string, NativeProgram>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly programs: ReadonlyMap<string, Program>;
  readonly interfaces: ReadonlyMap<string, Interface>;
  readonly components: readonly NodeOf<'Component'>[];
  /** Bytes of a page of the machine. */
  readonly pageSize: number;
  readonly #byType = new Map<NodeType, Node[]>();
  readonly #bySubject = new Map<string, Edge[]>();
  readonly #byObject = new Map<string, Edge[]>();
  readonly #byKind = new Map<string, Node[]>();

  constructor(graph: SystemGraph, natives: ReadonlyMap<string, NativeProgram>) {
    this.graph = graph;
    this.natives = natives;
    const nodes = new Map<string, Node>();
    const sorted = [...graph.nodes].sort((a, b) => compare(a.path, b.path));
    for (const node of sorted) {
      if (!nodes.has(node.path)) nodes.set(node.path, node);
      append(this.#byType, node.type, node);
      append(this.#byKind, node.type === 'Endpoint' ? node.interface : node.type, node);
    }
    this.nodes = nodes;
    this.programs = new Map(graph.programs.map((program) => [program.name, program]));
    this.interfaces = new Map(graph.interfaces.map((one) => [one.name, one]));
    this.components = this.ofType('Component');
    this.pageSize = userSpace(graph.machine).pageSize;
    for (const edge of graph.edges) {
      append(this.#bySubject, edge.subject, edge);
      append(this.#byObject, edge.object, edge);
    }
  }

  ofType<T extends NodeType>(type: T): readonly NodeOf<T>[] {
    return (this.#byType.get(type) ?? []) as NodeOf<T>[];
  }

  /** What a component is granted. */
  granted(subject: string): readonly Edge[] {
    return this.#bySubject.get(subject) ?? [];
  }

  /** Who holds an object. */
  holders(object: string): readonly Edge[] {
    return this.#byObject.get(object) ?? [];
  }

  /** Objects from which a need of this kind can be granted, in order of path. */
  candidates(kind: string): readonly Node[] {
    return this.#byKind.get(servedInterface(kind) ?? kind) ?? [];
  }

  /** The need that an edge fills; undefined where the program has none of that name. */
  need(edge: Edge): Need | undefined {
    const node = this.nodes.get(edge.subject);
    const program = node?.type === 'Component' ? this.programs.get(node.program) : undefined;
    return program?.needs.find(({ name }) => name === edge.need);
  }

  /** Edges that fill a need, with it. Rules on rights see only these. */
  *filled(): Iterable<{ readonly edge: Edge; readonly need: Need }> {
    for (const edge of this.graph.edges) {
      const need = this.need(edge);
      if (need) yield { edge, need };
    }
  }

  /** Who owns a range that only one may own. */
  claims(node: Node, first: number, end: number): Claim[] {
    const holders = this.holders(node.path);
    if (holders.length === 0) return [{ first, end, node: node.path, owner: node.path, source: node.source }];
    const subjects = new Map(holders.map((edge) => [edge.subject, edge.source]));
    return [...subjects].map(([owner, source]) => ({ first, end, node: node.path, owner, source }));
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** `Greeter` for `Server<Greeter>`. */
export function servedInterface(kind: string): string | undefined {
  return kind.startsWith('Server<') ? kind.slice('Server<'.length, -1) : undefined;
}

/** Kind names that a grant of this node may have. */
export function kindsOf(node: Node): readonly string[] {
  if (node.type === 'Endpoint') return [node.interface, `Server<${node.interface}>`];
  return [node.type === 'Component' ? 'Process' : node.type];
}

/** Rights that a kind has; undefined for an interface that the graph does not describe. */
export function rightsOf(kind: string, interfaces: ReadonlyMap<string, Interface>): readonly string[] | undefined {
  if (kind in kinds && kind !== 'Endpoint') return Object.keys(kinds[kind as Kind].rights);
  const description = interfaces.get(servedInterface(kind) ?? kind);
  return description && [...description.rights, 'delegate'];
}

/** `FileSystem { open, read }`. */
export function capabilityText(kind: string, rights: readonly string[]): string {
  return rights.length === 0 ? `${kind} {}` : `${kind} { ${rights.join(', ')} }`;
}

/** The endpoint within a stock construct that has a `grant` of its own: what a user writes names the construct. */
const within: Readonly<Partial<Record<string, string>>> = { Console: 'requests' };

const variable = (id: string): string =>
  id.replace(/[^a-zA-Z0-9]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** What a user writes to grant this: `files.grant('open', 'read')`, `terminal.grant('write')`, `shop.power.grant('off')`. */
export function grantText(object: string, kind: string, rights: readonly string[]): string {
  const ids = object.split('/');
  const last = ids.at(-1) ?? object;
  const owner = ids.at(-2);
  // Every system has one power switch, which nobody gives a name.
  const power = kind === 'Power' && owner !== undefined ? [variable(owner), 'power'] : undefined;
  const named = power ?? [variable(owner !== undefined && within[kind] === last ? owner : last)];
  const method = servedInterface(kind) === undefined ? 'grant' : 'serve';
  return `${named.join('.')}.${method}(${rights.map((right) => `'${right}'`).join(', ')})`;
}

/** `a Power`, `an Endpoint`. */
export function withArticle(kind: string): string {
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** `` `a` and `b` ``. */
export function quoted(words: readonly string[]): string {
  const all = words.map((word) => `\`${word}\``);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** Bytes as people count them: `64 MiB`, `12 KiB`, `100 bytes`. */
export function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} bytes`;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
