/** Directed graphs in typed arrays: adjacency, strongly connected components, sets of bits. */

/** Edges as they are found; `rank` says in which round. */
export class Arcs {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly rank: number[] = [];

  add(from: number, to: number, rank = 0): void {
    this.from.push(from);
    this.to.push(to);
    this.rank.push(rank);
  }
}

/** For each node the arcs that leave it (`start[node]` to `start[node + 1]` of `target` and `rank`). */
export interface Adjacency {
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly rank: Int32Array;
}

/** Adjacency of a graph with `nodes` nodes; of the graph turned round with `reverse`. */
export function adjacency(nodes: number, arcs: Arcs, reverse = false): Adjacency {
  const [tails, heads] = reverse ? [arcs.to, arcs.from] : [arcs.from, arcs.to];
  const start = new Int32Array(nodes + 1);
  for (const tail of tails) start[tail + 1] = (start[tail + 1] ?? 0) + 1;
  for (let node = 0; node < nodes; node++) start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  const next = start.slice(0, nodes);
  const target = new Int32Array(tails.length);
  const rank = new Int32Array(tails.length);
  for (let arc = 0; arc < tails.length; arc++) {
    const tail = tails[arc] ?? 0;
    const place = next[tail] ?? 0;
    next[tail] = place + 1;
    target[place] = heads[arc] ?? 0;
    rank[place] = arcs.rank[arc] ?? 0;
  }
  return { start, target, rank };
}

/** Which strongly connected component each node is in. An arc between two of them leads to a lower number. */
export interface Condensation {
  readonly count: number;
  readonly of: Int32Array;
}

/**
 * Tarjan’s algorithm without recursion (R. Tarjan, Depth-first search and linear graph algorithms, SIAM
 * Journal on Computing 1, 1972), which numbers components in reverse topological order.
 */
export function condense(nodes: number, { start, target }: Adjacency): Condensation {
  const of = new Int32Array(nodes).fill(-1);
  const index = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const next = start.slice(0, nodes);
  const open = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  let opened = 0;
  let time = 0;
  let count = 0;
  for (let root = 0; root < nodes; root++) {
    if (index[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    while (depth >= 0) {
      const node = path[depth] ?? 0;
      if (index[node] === 0) {
        time += 1;
        index[node] = time;
        low[node] = time;
        open[opened] = node;
        opened += 1;
      }
      const arc = next[node] ?? 0;
      if (arc < (start[node + 1] ?? 0)) {
        next[node] = arc + 1;
        const head = target[arc] ?? 0;
        if (index[head] === 0) {
          depth += 1;
          path[depth] = head;
        } else if (of[head] === -1) {
          low[node] = Math.min(low[node] ?? 0, index[head] ?? 0);
        }
        continue;
      }
      if (low[node] === index[node]) {
        for (let member = -1; member !== node; ) {
          opened -= 1;
          member = open[opened] ?? 0;
          of[member] = count;
        }
        count += 1;
      }
      depth -= 1;
      const above = path[depth] ?? 0;
      if (depth >= 0) low[above] = Math.min(low[above] ?? 0, low[node] ?? 0);
    }
  }
  return { count, of };
}

/** Nodes of each component: `members[start[component]]` to `members[start[component + 1]]`. */
export function membersOf({ count, of }: Condensation): { readonly start: Int32Array; readonly members: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const component of of) start[component + 1] = (start[component + 1] ?? 0) + 1;
  for (let component = 0; component < count; component++) {
    start[component + 1] = (start[component + 1] ?? 0) + (start[component] ?? 0);
  }
  const next = start.slice(0, count);
  const members = new Int32Array(of.length);
  for (let node = 0; node < of.length; node++) {
    const component = of[node] ?? 0;
    const place = next[component] ?? 0;
    next[component] = place + 1;
    members[place] = node;
  }
  return { start, members };
}

/** A set of numbers below a limit. */
export type Bits = Uint32Array;

export const bitsFor = (limit: number): Bits => new Uint32Array((limit + 31) >>> 5);

export function setBit(bits: Bits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
}

export function hasBit(bits: Bits | undefined, index: number): boolean {
  return bits !== undefined && ((bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
}

/** Adds all of `from` to `to`. */
export function unite(to: Bits, from: Bits): void {
  for (let word = 0; word < from.length; word++) to[word] = (to[word] ?? 0) | (from[word] ?? 0);
}

/** Adds all of `from` to `to` but what is in `without`. */
export function uniteWithout(to: Bits, from: Bits, without: Bits): void {
  for (let word = 0; word < from.length; word++) {
    to[word] = (to[word] ?? 0) | ((from[word] ?? 0) & ~(without[word] ?? 0));
  }
}

/** Calls `each` with every member of `bits` that `other` lacks, ascending. */
export function eachMissing(bits: Bits, other: Bits, each: (index: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = (bits[word] ?? 0) & ~(other[word] ?? 0); rest !== 0; rest &= rest - 1) {
      each(word * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
}
