/** The canonical form of a graph: one order, one text, one digest. */
import { createHash } from 'node:crypto';
import type { SystemGraph } from './schema.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorts what has no order of its own. Needs and rights keep theirs: slots and bits follow from it. */
export function canonicalGraph(graph: SystemGraph): SystemGraph {
  return {
    ...graph,
    interfaces: [...graph.interfaces].sort((a, b) => compare(a.name, b.name)),
    programs: [...graph.programs].sort((a, b) => compare(a.name, b.name)),
    nodes: [...graph.nodes].sort((a, b) => compare(a.path, b.path)),
    edges: [...graph.edges]
      .map((edge) => ({ ...edge, rights: [...edge.rights].sort(compare) }))
      .sort((a, b) => compare(a.subject, b.subject) || compare(a.need, b.need)),
  };
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b)));
}

/** The text of `graph.json`: keys sorted, two spaces, one newline at the end. */
export function graphText(graph: SystemGraph): string {
  return `${JSON.stringify(canonicalGraph(graph), sortKeys, 2)}\n`;
}

function withoutSources(key: string, value: unknown): unknown {
  return key === 'source' ? undefined : sortKeys(key, value);
}

/**
 * SHA-256, in hexadecimal, of what a system is, without where it is written down: moving a line does
 * not make another system.
 */
export function graphDigest(graph: SystemGraph): string {
  return createHash('sha256')
    .update(JSON.stringify(canonicalGraph(graph), withoutSources))
    .digest('hex');
}
