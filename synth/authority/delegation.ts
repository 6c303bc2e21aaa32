/** Which component can pass what it holds to which other one: the fixpoint of the kernel’s rules of transfer. */
import {
  type Adjacency,
  Arcs,
  adjacency,
  type Bits,
  bitsFor,
  condense,
  eachMissing,
  membersOf,
  setBit,
  unite,
} from './digraph.js';
import { type Grant, type Model, roles } from './model.js';

const kinds = [roles.client, roles.call, roles.receive, roles.pass, roles.answer] as const;

/**
 * How capabilities move. Nodes are components (0 to n − 1), for each endpoint a place that messages pass
 * (`n + endpoint`) and one that replies pass (`n + endpoints + endpoint`). An arc’s rank is the round in
 * which it was found: what makes it possible can be held by arcs of lower ranks alone.
 */
export interface Delegation {
  readonly nodes: number;
  readonly arcs: Arcs;
  /** Towards where a capability comes from. */
  readonly origins: Adjacency;
  /** Towards where it can go. */
  readonly flows: Adjacency;
  /** Roles that components come to have by delegation, beyond those of their own grants. */
  readonly acquired: readonly {
    readonly component: number;
    readonly endpoint: number;
    readonly role: number;
    readonly rank: number;
  }[];
}

/** Roles as they are found, and the arcs that follow from them. */
class Fixpoint {
  readonly arcs = new Arcs();
  readonly acquired: { component: number; endpoint: number; role: number; rank: number }[] = [];
  readonly nodes: number;
  readonly #model: Model;
  readonly #components: number;
  readonly #endpoints: number;
  readonly #answers: Uint8Array;
  /** Endpoints that each component can receive from. */
  readonly #receives: number[][];
  readonly #has: (Bits | undefined)[] = [];

  constructor(model: Model) {
    this.#model = model;
    this.#components = model.components.list.length;
    this.#endpoints = model.endpoints.list.length;
    this.nodes = this.#components + 2 * this.#endpoints;
    this.#answers = new Uint8Array(this.#components);
    this.#receives = model.components.list.map(() => []);
  }

  run(): void {
    for (const [component, endpoint] of this.#model.supervisorOf.entries()) {
      // A reply to a fault passes capabilities as a reply to a call does.
      if (endpoint >= 0) this.arcs.add(this.#replies(endpoint), component);
    }
    for (const grant of this.#model.grants) this.#gain(grant.subject, grant.endpoint, grant.roles, 0);
    for (let rank = 1; this.#round(rank); rank++);
  }

  #messages(endpoint: number): number {
    return this.#components + endpoint;
  }

  #replies(endpoint: number): number {
    return this.#components + this.#endpoints + endpoint;
  }

  #bit(endpoint: number, role: number): number {
    return endpoint * kinds.length + kinds.indexOf(role as (typeof kinds)[number]);
  }

  /** Arcs that follow when a component has a role at an endpoint. */
  #gain(component: number, endpoint: number, gained: number, rank: number): void {
    if (gained & roles.pass) this.arcs.add(component, this.#messages(endpoint), rank);
    if (gained & roles.call) this.arcs.add(this.#replies(endpoint), component, rank);
    if (gained & roles.receive) {
      this.arcs.add(this.#messages(endpoint), component, rank);
      this.#receives[component]?.push(endpoint);
      if (this.#answers[component]) this.arcs.add(component, this.#replies(endpoint), rank);
    }
    if (gained & roles.answer && !this.#answers[component]) {
      // The kernel remembers of a server only whether its last receive carried `delegate`, not for which caller.
      this.#answers[component] = 1;
      for (const one of this.#receives[component] ?? []) this.arcs.add(component, this.#replies(one), rank);
    }
  }

  #own(component: number): Bits {
    let bits = this.#has[component];
    if (bits) return bits;
    bits = bitsFor(this.#endpoints * kinds.length);
    this.#has[component] = bits;
    for (const grant of this.#model.grantsOf[component] ?? []) this.#addRoles(bits, grant);
    return bits;
  }

  #addRoles(bits: Bits, { endpoint, roles: given }: Grant): void {
    for (const role of kinds) if (given & role) setBit(bits, this.#bit(endpoint, role));
  }

  /** Carries all roles along the arcs so far. Whether anybody has gained one. */
  #round(rank: number): boolean {
    const flows = adjacency(this.nodes, this.arcs);
    const condensed = condense(this.nodes, flows);
    const { start, members } = membersOf(condensed);
    const incoming: (Bits | undefined)[] = [];
    let found = false;
    for (let group = condensed.count - 1; group >= 0; group--) {
      const nodes = members.subarray(start[group], start[group + 1]);
      let carried = incoming[group];
      const leaves = nodes.length > 1 || (flows.start[(nodes[0] ?? 0) + 1] ?? 0) > (flows.start[nodes[0] ?? 0] ?? 0);
      if (leaves) {
        for (const node of nodes) {
          if (node >= this.#components) continue;
          carried ??= bitsFor(this.#endpoints * kinds.length);
          unite(carried, this.#own(node));
        }
      }
      incoming[group] = undefined;
      if (!carried) continue;
      for (const node of nodes) {
        if (node < this.#components && this.#take(node, carried, rank)) found = true;
        for (let arc = flows.start[node] ?? 0; arc < (flows.start[node + 1] ?? 0); arc++) {
          const next = condensed.of[flows.target[arc] ?? 0] ?? 0;
          if (next === group) continue;
          const there = incoming[next];
          if (there) unite(there, carried);
          else incoming[next] = carried.slice();
        }
      }
    }
    return found;
  }

  #take(component: number, carried: Bits, rank: number): boolean {
    const own = this.#own(component);
    let found = false;
    eachMissing(carried, own, (bit) => {
      const endpoint = Math.floor(bit / kinds.length);
      const role = kinds[bit % kinds.length] ?? 0;
      found = true;
      setBit(own, bit);
      this.acquired.push({ component, endpoint, role, rank });
      this.#gain(component, endpoint, role, rank);
    });
    return found;
  }
}

/** Computes how capabilities can move in a system, to the end. */
export function delegation(model: Model): Delegation {
  const fixpoint = new Fixpoint(model);
  const moves = model.grants.some(({ roles: given }) => given & (roles.pass | roles.answer));
  if (moves) fixpoint.run();
  const { arcs, nodes, acquired } = fixpoint;
  return { nodes, arcs, acquired, flows: adjacency(nodes, arcs), origins: adjacency(nodes, arcs, true) };
}
