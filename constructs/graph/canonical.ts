/** The canonical form of a graph: one order, one text, one digest. */
import { createHash } from 'node:crypto';
import type { SystemGraph } from './schema.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** In an order that depends on nothing but what they say, without where they are written down. */
function byText<T extends object>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, text: JSON.stringify(ordered(item, 'source')), whole: JSON.stringify(ordered(item)) }))
    .sort((a, b) => compare(a.text, b.text) || compare(a.whole, b.whole))
    .map(({ item }) => item);
}

/** Graphs in canonical order, by those that they were made of: everything on the way to an image asks for it. */
const canonical = new WeakMap<SystemGraph, SystemGraph>();

/** Sorts what has no order of its own. Needs keep theirs: slots follow from it. */
export function canonicalGraph(graph: SystemGraph): SystemGraph {
  const known = canonical.get(graph);
  if (known) return known;
  const sorted = inOrder(graph);
  canonical.set(graph, sorted).set(sorted, sorted);
  return sorted;
}

function inOrder(graph: SystemGraph): SystemGraph {
  return {
    ...graph,
    interfaces: [...graph.interfaces].sort((a, b) => compare(a.name, b.name)),
    programs: [...graph.programs].sort((a, b) => compare(a.name, b.name)),
    nodes: [...graph.nodes].sort((a, b) => compare(a.path, b.path)),
    edges: graph.edges
      .map((edge) => ({ ...edge, rights: [...edge.rights].sort(compare) }))
      .sort((a, b) => compare(a.subject, b.subject) || compare(a.need, b.need)),
    ...(graph.policies === undefined ? {} : { policies: byText(graph.policies) }),
    ...(graph.acknowledgements === undefined ? {} : { acknowledgements: byText(graph.acknowledgements) }),
    ...(graph.timings === undefined ? {} : { timings: byText(graph.timings) }),
  };
}

/** A copy whose objects have their keys in order, without the keys in `drop`. */
function ordered(value: unknown, drop?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, drop));
  if (typeof value !== 'object' || value === null) return value;
  const from = value as Record<string, unknown>;
  const to: Record<string, unknown> = {};
  for (const key of Object.keys(from).sort()) {
    if (key !== drop && from[key] !== undefined) to[key] = ordered(from[key], drop);
  }
  return to;
}

/** The text of `graph.json`: keys sorted, two spaces, one newline at the end. */
export function graphText(graph: SystemGraph): string {
  return `${JSON.stringify(ordered(canonicalGraph(graph)), undefined, 2)}\n`;
}

/**
 * SHA-256, in hexadecimal, of what a system is, without where it is written down and without the rules and times
 * that are declared beside it: neither moving a line nor another rule makes another system.
 */
export function graphDigest({ policies: _, acknowledgements: __, timings: ___, ...graph }: SystemGraph): string {
  return createHash('sha256')
    .update(JSON.stringify(ordered(canonicalGraph(graph), 'source')))
    .digest('hex');
}
