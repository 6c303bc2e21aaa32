/** The base in the words of the head, as `veridian diff` compares them: what moved or was renamed is the same. */
import type { Edge, Node, SystemGraph } from '../../constructs/graph/index.js';
import { matchNodes } from '../diff/match.js';
import { translateNames } from '../diff/names.js';

/** A base that can be laid over its head. */
export interface Overlay {
  readonly graph: SystemGraph;
  /** Paths that constructs had in the base, by those in the head, where they differ. */
  readonly was: ReadonlyMap<string, string>;
}

const what = ({ subject, object, kind }: Edge): string => JSON.stringify([subject, object, kind]);
const rightsOf = ({ rights }: Edge): string => [...rights].sort().join();

/** Gives grants of the base the names of needs that the same grants have in the head: a need’s name is no authority. */
function renameNeeds(base: readonly Edge[], head: readonly Edge[]): Edge[] {
  const free = new Map<string, Edge[]>();
  const taken = new Set(base.map((edge) => `${what(edge)} ${edge.need}`));
  const known = new Set(head.map((edge) => `${what(edge)} ${edge.need}`));
  for (const edge of head) {
    if (!taken.has(`${what(edge)} ${edge.need}`)) free.set(what(edge), [...(free.get(what(edge)) ?? []), edge]);
  }
  return base.map((edge) => {
    if (known.has(`${what(edge)} ${edge.need}`)) return edge;
    const candidates = free.get(what(edge)) ?? [];
    const at = Math.max(
      0,
      candidates.findIndex((one) => rightsOf(one) === rightsOf(edge)),
    );
    const [found] = candidates.splice(at, 1);
    return found ? { ...edge, need: found.need } : edge;
  });
}

/** Lays a base over its head. */
export function overlay(base: SystemGraph, head: SystemGraph): Overlay {
  const names = translateNames(base, head);
  const { toHead } = matchNodes(base, head, names);
  const path = (one: string): string => toHead.get(one) ?? one;
  const nodes = base.nodes.map((node): Node => {
    const moved = { ...node, path: path(node.path) };
    if ('zone' in moved) moved.zone = path(moved.zone);
    if ('notification' in moved && moved.notification !== undefined) moved.notification = path(moved.notification);
    if (moved.type === 'Component') {
      moved.program = names.program(moved.program);
      if (moved.supervisor !== undefined) moved.supervisor = path(moved.supervisor);
    }
    if (moved.type === 'Endpoint') moved.interface = names.kind(moved.interface);
    return moved;
  });
  const edges = base.edges.map((edge) => ({
    ...edge,
    subject: path(edge.subject),
    object: path(edge.object),
    kind: names.kind(edge.kind),
  }));
  return {
    graph: { ...base, system: head.system, nodes, edges: renameNeeds(edges, head.edges) },
    was: new Map([...toHead].filter(([before, after]) => before !== after).map(([before, after]) => [after, before])),
  };
}
