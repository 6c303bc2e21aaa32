/** Who calls whom how often, and how long that takes: from the grants and the declared times. */
import type { Edge, NodeOf, Source, SystemGraph, Timing } from '../../constructs/graph/index.js';

/** A component’s grant of the client end of an endpoint, with those that serve it. */
export interface Call {
  readonly from: string;
  readonly edge: Edge;
  readonly servers: readonly Edge[];
  /** How often, for each start of its work or each call that it serves. */
  readonly count: number;
}

/** Why a time has no bound. */
export interface Unknown {
  readonly text: string;
  readonly source: Source;
}

/** A time, or why there is none. */
export type Bound = { readonly time: number } | { readonly unknown: readonly Unknown[] };

/** Servers that call one another one after the other; nobody builds more, and a computer’s stack is not endless. */
export const deepest = 256;

export const again = (path: string, source: Source): Unknown => {
  return { text: `${path} can be called again while it works`, source };
};
export const tooDeep = (path: string, source: Source): Unknown => {
  return { text: `${path} is called through more than ${deepest} servers`, source };
};

const isServer = ({ kind }: Edge): boolean => kind.startsWith('Server<');

export class Calls {
  readonly components: ReadonlyMap<string, NodeOf<'Component'>>;
  readonly timings: ReadonlyMap<string, Timing>;
  /** Components that something else than a call can wake. */
  readonly #woken: ReadonlySet<string>;
  readonly #of = new Map<string, Call[]>();
  readonly #to = new Map<string, Call[]>();
  readonly #costs = new Map<string, Bound>();

  /** With a core, the time of servers on other cores is none: what is left is that core’s own. */
  constructor(
    readonly graph: SystemGraph,
    readonly core?: number,
  ) {
    const components = graph.nodes.filter((node): node is NodeOf<'Component'> => node.type === 'Component');
    this.components = new Map(components.map((node) => [node.path, node]));
    this.timings = new Map((graph.timings ?? []).map((timing) => [timing.component, timing]));
    const wakes = graph.edges.filter(
      ({ kind, rights }) =>
        kind === 'Interrupt' || kind === 'Timer' || (kind === 'Notification' && rights.includes('wait')),
    );
    this.#woken = new Set(wakes.map(({ subject }) => subject));
    const endpoints = new Set(graph.nodes.filter(({ type }) => type === 'Endpoint').map(({ path }) => path));
    const servers = new Map<string, Edge[]>();
    for (const edge of graph.edges) if (isServer(edge)) push(servers, edge.object, edge);
    for (const edge of graph.edges) {
      if (!endpoints.has(edge.object) || isServer(edge) || edge.rights.every((right) => right === 'delegate')) continue;
      const declared = this.timings.get(edge.subject)?.calls.find(({ need }) => need === edge.need);
      const call = { from: edge.subject, edge, servers: servers.get(edge.object) ?? [], count: declared?.count ?? 1 };
      if (call.count === 0) continue;
      push(this.#of, edge.subject, call);
      for (const server of new Set(call.servers.map(({ subject }) => subject))) push(this.#to, server, call);
    }
  }

  #isHere(component: string): boolean {
    return this.core === undefined || this.coreOf(component) === this.core;
  }

  /** The core that a component runs on. */
  coreOf(component: string): number {
    return this.components.get(component)?.core ?? 0;
  }

  /**
   * Why nothing is known of how long a component waits: a server that its work comes to, or another client of one, runs
   * on another core, where it is not kept from running by what is more urgent here.
   */
  elsewhere(component: string): Unknown[] {
    const own = this.coreOf(component);
    const concerned = this.reached(component).flatMap((server) => [server, ...this.to(server).map(({ from }) => from)]);
    return [...new Set(concerned)]
      .filter((path) => this.coreOf(path) !== own)
      .map((path) => ({
        text: `${path} is on core ${this.coreOf(path)}, and calls between cores have no bound`,
        source: this.components.get(path)?.source ?? this.graph.source,
      }));
  }

  /** Whether a component works by itself, and not only for calls whose time it declares. */
  runsByItself(component: string): boolean {
    const { task, serves = [] } = this.timings.get(component) ?? {};
    return task !== undefined || serves.length === 0 || this.#woken.has(component);
  }

  /** The calls that a component makes. */
  of(component: string): readonly Call[] {
    return this.#of.get(component) ?? [];
  }

  /** The calls that a component may be asked to serve. */
  to(server: string): readonly Call[] {
    return this.#to.get(server) ?? [];
  }

  /** Most time that one call takes of whoever serves it, and of those that these call in turn. */
  cost(call: Call, above: readonly string[] = []): Bound {
    return worst(call.servers.map((server) => this.served(call, server, above)));
  }

  /** Most time that one call takes of this server, and of those that it calls in turn. */
  served(call: Call, { subject, need, source }: Edge, above: readonly string[] = []): Bound {
    if (above.includes(subject)) return { unknown: [again(subject, call.edge.source)] };
    if (above.length > deepest) return { unknown: [tooDeep(subject, source)] };
    const rights = call.edge.rights.filter((right) => right !== 'delegate');
    const key = JSON.stringify([subject, need, rights]);
    const known = this.#costs.get(key);
    if (known) return known;
    const declared = this.timings.get(subject)?.serves ?? [];
    const own = worst(
      rights.map((right): Bound => {
        const found = declared.find((one) => one.need === need && one.right === right);
        if (found) return { time: this.#isHere(subject) ? found.worstCase : 0 };
        return { unknown: [{ text: `${subject} declares no time for \`${right}\` of \`${need}\``, source }] };
      }),
    );
    const nested = this.of(subject).map((one) => times(this.cost(one, [...above, subject]), one.count));
    const cost = sum([own, ...nested]);
    this.#costs.set(key, cost);
    return cost;
  }

  /** Every server that work of a component can come to, through others as well. */
  reached(component: string): readonly string[] {
    const found = new Set<string>();
    const queue = [component];
    for (const at of queue) {
      for (const { servers } of this.of(at)) {
        for (const { subject } of servers) {
          if (found.has(subject)) continue;
          found.add(subject);
          queue.push(subject);
        }
      }
    }
    return [...found];
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Reasons that are kept of many: the first few say what to declare. */
const kept = 8;

/** Reasons without a bound, each once. */
function unknowns(bounds: readonly Bound[]): Unknown[] {
  const all = new Map<string, Unknown>();
  for (const bound of bounds) {
    if (!('unknown' in bound)) continue;
    for (const one of bound.unknown) if (all.size < kept) all.set(one.text, one);
  }
  return [...all.values()];
}

const known = (bounds: readonly Bound[]): number[] => bounds.flatMap((one) => ('time' in one ? [one.time] : []));

/** All of them, one after the other. */
export function sum(bounds: readonly Bound[]): Bound {
  const unknown = unknowns(bounds);
  return unknown.length > 0 ? { unknown } : { time: known(bounds).reduce((total, time) => total + time, 0) };
}

/** The longest of them; no time at all where there is none. */
export function worst(bounds: readonly Bound[]): Bound {
  const unknown = unknowns(bounds);
  return unknown.length > 0 ? { unknown } : { time: Math.max(0, ...known(bounds)) };
}

export function times(bound: Bound, count: number): Bound {
  return 'time' in bound ? { time: bound.time * count } : bound;
}
