/** The graph in which “can come to hold” and “can come to do” are plain reachability. */
import { type Delegation, delegation } from './delegation.js';
import { type Adjacency, Arcs, adjacency } from './digraph.js';
import { type Fact, type Grant, type Model, roles, supervise } from './model.js';

/** What a state of the layered graph stands for, with the index of its component, endpoint or region. */
export type State =
  | { readonly layer: 'does' | 'holds'; readonly component: number }
  | { readonly layer: 'call' | 'messages' | 'replies'; readonly endpoint: number }
  | { readonly layer: 'region'; readonly object: number }
  | { readonly layer: 'dma' };

/** How to walk: only along arcs of a rank below `below`, and not into the states of `avoid`. */
export interface Bounds {
  readonly below?: number;
  readonly avoid?: ReadonlySet<number>;
}

/** What a walk found: the states in order of distance, and for each the state before it (−1: a start). */
export interface Walk {
  readonly order: readonly number[];
  readonly before: Int32Array;
}

const unseen = -2;

/**
 * States: what a component does, what it holds, and the places between components: calls over an endpoint,
 * a shared region, DMA, and messages and replies with capabilities. An arc leads from whoever gains to what
 * it gains from, so that all that a component can come to do is what is reachable from its state `does`.
 */
export class Layers {
  readonly model: Model;
  readonly delegation: Delegation;
  readonly count: number;
  readonly arcs = new Arcs();
  /** Facts that follow from a state: what a component’s own grants say, memory for DMA, restarts for who is told of faults. */
  readonly facts: (readonly number[] | undefined)[] = [];
  readonly #components: number;
  readonly #endpoints: number;
  readonly #regions: readonly number[];
  readonly #regionOf = new Map<number, number>();
  #forward: Adjacency | undefined;
  #backward: Adjacency | undefined;

  constructor(model: Model) {
    this.model = model;
    this.delegation = delegation(model);
    this.#components = model.components.list.length;
    this.#endpoints = model.endpoints.list.length;
    for (const { edge, object } of model.grants) {
      if (edge.kind === 'SharedRegion' && !this.#regionOf.has(object)) this.#regionOf.set(object, this.#regionOf.size);
    }
    this.#regions = [...this.#regionOf.keys()];
    this.count = 2 * this.#components + 3 * this.#endpoints + this.#regions.length + 1;
    for (let component = 0; component < this.#components; component++) {
      this.arcs.add(this.does(component), this.holds(component));
      this.facts[this.holds(component)] = [...new Set((model.grantsOf[component] ?? []).flatMap(({ facts }) => facts))];
    }
    this.#addGrants();
    this.#addDelegation();
    this.#addDma();
    this.#addSupervisors();
  }

  does(component: number): number {
    return component;
  }

  holds(component: number): number {
    return this.#components + component;
  }

  call(endpoint: number): number {
    return 2 * this.#components + endpoint;
  }

  messages(endpoint: number): number {
    return this.call(this.#endpoints) + endpoint;
  }

  replies(endpoint: number): number {
    return this.messages(this.#endpoints) + endpoint;
  }

  region(object: number): number {
    return this.replies(this.#endpoints) + (this.#regionOf.get(object) ?? 0);
  }

  get dma(): number {
    return this.count - 1;
  }

  state(index: number): State {
    const at = (start: number): number => index - start;
    if (index < this.holds(0)) return { layer: 'does', component: index };
    if (index < this.call(0)) return { layer: 'holds', component: at(this.holds(0)) };
    if (index < this.messages(0)) return { layer: 'call', endpoint: at(this.call(0)) };
    if (index < this.replies(0)) return { layer: 'messages', endpoint: at(this.messages(0)) };
    if (index < this.replies(this.#endpoints)) return { layer: 'replies', endpoint: at(this.replies(0)) };
    if (index === this.dma) return { layer: 'dma' };
    return { layer: 'region', object: this.#regions[at(this.replies(this.#endpoints))] ?? 0 };
  }

  /** Whether a state is about holding; the others are about doing. No arc leads back from these. */
  isHolding(index: number): boolean {
    return (
      (index >= this.holds(0) && index < this.call(0)) ||
      (index >= this.messages(0) && index < this.replies(this.#endpoints))
    );
  }

  get forward(): Adjacency {
    this.#forward ??= adjacency(this.count, this.arcs);
    return this.#forward;
  }

  get backward(): Adjacency {
    this.#backward ??= adjacency(this.count, this.arcs, true);
    return this.#backward;
  }

  /**
   * Breadth first from some states, until one is a goal. A state and the holdings of the same component are
   * as far away; every other step takes two arcs, through the place between two components.
   */
  walk(starts: readonly number[], along: Adjacency, bounds: Bounds = {}, isGoal?: (state: number) => boolean): Walk {
    const { below = Number.POSITIVE_INFINITY, avoid } = bounds;
    const before = new Int32Array(this.count).fill(unseen);
    const order: number[] = [];
    const visit = (state: number, from: number): void => {
      if (before[state] !== unseen || avoid?.has(state)) return;
      before[state] = from;
      order.push(state);
    };
    for (const start of starts) visit(start, -1);
    for (let index = 0; index < order.length; index++) {
      const state = order[index] ?? 0;
      if (isGoal?.(state)) return { order: order.slice(0, index + 1), before };
      for (let arc = along.start[state] ?? 0; arc < (along.start[state + 1] ?? 0); arc++) {
        if ((along.rank[arc] ?? 0) < below) visit(along.target[arc] ?? 0, state);
      }
    }
    return { order, before };
  }

  #client(component: number, endpoint: number, rank: number): void {
    this.arcs.add(this.does(component), this.call(endpoint), rank);
  }

  #server(component: number, endpoint: number, rank: number): void {
    this.arcs.add(this.call(endpoint), this.does(component), rank);
  }

  #addGrants(): void {
    for (const { edge, subject, object, endpoint, roles: given } of this.model.grants) {
      if (given & roles.client) this.#client(subject, endpoint, 0);
      if (given & roles.receive) this.#server(subject, endpoint, 0);
      if (edge.kind !== 'SharedRegion') continue;
      // Mapped at boot: a capability that is passed on later maps nothing.
      if (edge.rights.includes('write')) this.arcs.add(this.does(subject), this.region(object));
      if (edge.rights.includes('read')) this.arcs.add(this.region(object), this.does(subject));
    }
  }

  #addDelegation(): void {
    for (const { component, endpoint, role, rank } of this.delegation.acquired) {
      if (role === roles.client) this.#client(component, endpoint, rank);
      if (role === roles.receive) this.#server(component, endpoint, rank);
    }
    const { arcs } = this.delegation;
    const place = (node: number): number =>
      node < this.#components ? this.holds(node) : this.messages(node - this.#components);
    for (let arc = 0; arc < arcs.from.length; arc++) {
      this.arcs.add(place(arcs.to[arc] ?? 0), place(arcs.from[arc] ?? 0), arcs.rank[arc]);
    }
  }

  #addDma(): void {
    const owners = new Set(this.model.grants.filter(({ edge }) => edge.kind === 'Dma').map(({ subject }) => subject));
    if (owners.size === 0) return;
    const { flows, nodes } = this.delegation;
    const seen = new Uint8Array(nodes);
    const queue = [...owners];
    for (const node of queue) seen[node] = 1;
    for (const node of queue) {
      if (node < this.#components) this.arcs.add(this.does(node), this.dma, owners.has(node) ? 0 : 1);
      for (let arc = flows.start[node] ?? 0; arc < (flows.start[node + 1] ?? 0); arc++) {
        const next = flows.target[arc] ?? 0;
        if (seen[next]) continue;
        seen[next] = 1;
        queue.push(next);
      }
    }
    for (let component = 0; component < this.#components; component++) this.arcs.add(this.dma, this.does(component));
    this.facts[this.dma] = this.model.memory;
  }

  #addSupervisors(): void {
    const watched = new Map<number, number[]>();
    for (const [component, endpoint] of this.model.supervisorOf.entries()) {
      if (endpoint < 0) continue;
      const [fact] = this.model.factsOf(this.model.components.list[component] ?? '', supervise);
      const facts = watched.get(endpoint);
      if (facts) facts.push(fact ?? 0);
      else watched.set(endpoint, [fact ?? 0]);
    }
    if (watched.size === 0) return;
    const receivers = [
      ...this.model.grants
        .filter((grant) => grant.roles & roles.receive)
        .map(({ subject, endpoint }) => ({ subject, endpoint })),
      ...this.delegation.acquired
        .filter(({ role }) => role === roles.receive)
        .map(({ component, endpoint }) => ({ subject: component, endpoint })),
    ];
    for (const { subject, endpoint } of receivers) {
      const facts = watched.get(endpoint);
      if (facts) this.facts[this.does(subject)] = [...new Set([...(this.facts[this.does(subject)] ?? []), ...facts])];
    }
  }

  /** Whether a fact is one that a server has for itself alone: who asks it to act does not receive in its place. */
  isOwn({ right }: Fact): boolean {
    return right === 'receive';
  }

  /** The grant of a component that says a fact; undefined where it has none. */
  grantOf(component: number, fact: number): Grant | undefined {
    return this.model.grantsOf[component]?.find(({ facts }) => facts.includes(fact));
  }
}
