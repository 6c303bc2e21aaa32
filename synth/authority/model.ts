/** A graph as numbers: what the analysis walks is arrays, so that a hundred thousand grants take no time. */
import type { Edge, Interface, NodeOf, Source, SystemGraph } from '../../constructs/graph/index.js';
import { kinds } from '../../kernel/abi/index.js';
import { endpointMask, isServer } from '../layout/rights.js';

const bits = kinds.Endpoint.rights;

/** What a capability to an endpoint lets its holder do, as bits of `Grant.roles`. */
export const roles = {
  /** Call or send: whoever serves the endpoint acts on it. */
  client: 1,
  /** Call: whoever serves the endpoint can answer. */
  call: 2,
  /** Receive. */
  receive: 4,
  /** Call or send, with a capability passed along. */
  pass: 8,
  /** Receive, and pass capabilities along with replies. */
  answer: 16,
} as const;

/** One edge of the graph. The numbers are indices into the model’s lists. */
export interface Grant {
  readonly edge: Edge;
  readonly subject: number;
  readonly object: number;
  /** Index of the endpoint that it is to; -1 for other objects. */
  readonly endpoint: number;
  readonly roles: number;
  /** What it allows, as facts: who arms a timer signals its notification, if later. */
  readonly facts: readonly number[];
}

/** A right on an object: what can be held or done. */
export interface Fact {
  readonly object: number;
  readonly right: string;
}

/** The right that receivers of a component’s faults have over it. */
export const supervise = 'supervise';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Edge, b: Edge): number => compare(a.subject, b.subject) || compare(a.need, b.need);

function sorted(edges: readonly Edge[]): readonly Edge[] {
  const inOrder = edges.every((edge, index) => {
    const before = edges[index - 1];
    return before === undefined || byPlace(before, edge) <= 0;
  });
  return inOrder ? edges : [...edges].sort(byPlace);
}

/** Numbers for strings, in the order of their first use. */
export class Names {
  readonly list: string[] = [];
  readonly #indices = new Map<string, number>();

  add(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    this.#indices.set(name, this.list.length);
    return this.list.push(name) - 1;
  }

  /** -1 for a name that is none. */
  indexOf(name: string): number {
    return this.#indices.get(name) ?? -1;
  }
}

/** Roles of capabilities, computed once for each kind and set of rights. */
class Roles {
  readonly #interfaces: ReadonlyMap<string, Interface>;
  readonly #known = new Map<string, number>();

  constructor(interfaces: readonly Interface[]) {
    this.#interfaces = new Map(interfaces.map((one) => [one.name, one]));
  }

  of({ kind, rights }: Edge): number {
    const key = `${kind} ${rights.join()}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#compute(kind, rights);
      this.#known.set(key, known);
    }
    return known;
  }

  #compute(kind: string, rights: readonly string[]): number {
    const description = this.#interfaces.get(isServer(kind) ? kind.slice('Server<'.length, -1) : kind);
    if (!description) return 0;
    // A right that the interface lacks is a finding of its own; it gives its holder nothing.
    const known = rights.filter((right) => right === 'delegate' || description.rights.includes(right));
    const mask = endpointMask(kind, known, description);
    const has = (position: number): boolean => (mask & (1 << position)) !== 0;
    const client = has(bits.call.bit) || has(bits.send.bit);
    const delegate = has(bits.delegate.bit);
    return (
      (client ? roles.client : 0) |
      (has(bits.call.bit) ? roles.call : 0) |
      (has(bits.receive.bit) ? roles.receive : 0) |
      (client && delegate ? roles.pass : 0) |
      (has(bits.receive.bit) && delegate ? roles.answer : 0)
    );
  }
}

/** A system’s components, endpoints, objects, grants and facts, each numbered from 0. */
export class Model {
  readonly graph: SystemGraph;
  readonly components = new Names();
  readonly endpoints = new Names();
  /** Everything that a fact can be about: whatever is granted, memory, and components. */
  readonly objects = new Names();
  readonly grants: readonly Grant[];
  /** By component. */
  readonly grantsOf: readonly (readonly Grant[])[];
  readonly facts: Fact[] = [];
  /** Endpoint that is told of each component’s faults; -1 for none. */
  readonly supervisorOf: Int32Array;
  /** Where each component is declared. */
  readonly sources: readonly Source[];
  /** Reading and writing all memory that a path names, in the order of the objects. */
  readonly memory: readonly number[];
  readonly #factsOf: Map<string, number>[] = [];

  constructor(graph: SystemGraph) {
    this.graph = graph;
    const components = graph.nodes
      .filter((node): node is NodeOf<'Component'> => node.type === 'Component')
      .sort((a, b) => compare(a.path, b.path));
    for (const { path } of components) this.components.add(path);
    const endpoints = graph.nodes.filter(({ type }) => type === 'Endpoint').map(({ path }) => path);
    for (const path of endpoints.sort(compare)) this.endpoints.add(path);
    this.sources = components.map(({ source }) => source);
    this.supervisorOf = Int32Array.from(components, ({ supervisor }) =>
      supervisor === undefined ? -1 : this.endpoints.indexOf(supervisor),
    );
    const known = new Roles(graph.interfaces);
    const timers = new Map(graph.nodes.flatMap((node) => (node.type === 'Timer' ? [[node.path, node]] : [])));
    const grants: Grant[] = [];
    const grantsOf = components.map((): Grant[] => []);
    for (const edge of sorted(graph.edges)) {
      const subject = this.components.indexOf(edge.subject);
      if (subject < 0) continue;
      const object = this.objects.add(edge.object);
      const endpoint = this.endpoints.indexOf(edge.object);
      const facts = this.#rightsOf(edge).map((right) => this.fact(object, right));
      const timer = edge.rights.includes('arm') ? timers.get(edge.object) : undefined;
      if (timer) facts.push(this.fact(this.objects.add(timer.notification), 'signal'));
      const grant = { edge, subject, object, endpoint, roles: endpoint < 0 ? 0 : known.of(edge), facts };
      grants.push(grant);
      grantsOf[subject]?.push(grant);
    }
    this.grants = grants;
    this.grantsOf = grantsOf;
    for (const { path, supervisor } of components) {
      if (supervisor !== undefined) this.fact(this.objects.add(path), supervise);
    }
    const hasDma = grants.some(({ edge }) => edge.kind === 'Dma');
    this.memory = hasDma ? this.#memory(graph) : [];
  }

  /** The fact’s number; a new one if nobody asked for it before. */
  fact(object: number, right: string): number {
    this.#factsOf[object] ??= new Map();
    const facts = this.#factsOf[object];
    let index = facts.get(right);
    if (index === undefined) {
      index = this.facts.push({ object, right }) - 1;
      facts.set(right, index);
    }
    return index;
  }

  /** All facts of an object, or the one about that right; none for what is not there. */
  factsOf(path: string, right?: string): readonly number[] {
    const facts = this.#factsOf[this.objects.indexOf(path)];
    if (facts === undefined) return [];
    if (right === undefined) return [...facts.values()];
    const one = facts.get(right);
    return one === undefined ? [] : [one];
  }

  #rightsOf({ kind, rights }: Edge): readonly string[] {
    if (!isServer(kind)) return rights;
    return rights.includes('delegate') ? ['receive', 'delegate'] : ['receive'];
  }

  #memory(graph: SystemGraph): number[] {
    return graph.nodes
      .filter(({ type }) => type === 'SharedRegion' || type === 'Dma')
      .map(({ path }) => path)
      .sort(compare)
      .flatMap((path) => ['read', 'write'].map((right) => this.fact(this.objects.add(path), right)));
  }
}
