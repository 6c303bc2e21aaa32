import { capabilityText, quoted, type Rule, rightsOf, withArticle } from '../context.js';

export const unknownRight: Rule = {
  code: 'VRD0108',
  title: 'right that the kind does not have',
  *check({ graph, interfaces }) {
    const known = new Map<string, ReadonlySet<string> | undefined>();
    for (const edge of graph.edges) {
      if (!known.has(edge.kind)) {
        const rights = rightsOf(edge.kind, interfaces);
        known.set(edge.kind, rights && new Set(rights));
      }
      const rights = known.get(edge.kind);
      const unknown = edge.rights.filter((right) => rights?.has(right) === false);
      if (unknown.length === 0 && edge.rights.length > 0) continue;
      const bad =
        unknown.length > 0 ? `a right that ${edge.kind} does not have: ${quoted(unknown)}` : 'no right at all';
      yield {
        message: `${edge.subject} is granted ${bad}`,
        path: edge.subject,
        source: edge.source,
        related: [{ label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object }],
        help: `${withArticle(edge.kind)} has the rights ${quoted([...(rights ?? [])])}`,
      };
    }
  },
};
