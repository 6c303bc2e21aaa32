import { capabilityText, grantText, kindsOf, type Report, type Rule, withArticle } from '../context.js';

export const wrongKind: Rule = {
  code: 'VRD0105',
  title: 'wrong kind',
  *check(context) {
    for (const edge of context.graph.edges) {
      const need = context.need(edge);
      const object = context.nodes.get(edge.object);
      const granted = { label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object };
      const at: Pick<Report, 'path' | 'source'> = { path: edge.subject, source: edge.source };
      if (object && !kindsOf(object).includes(edge.kind)) {
        yield {
          ...at,
          message: `${edge.subject} is granted ${withArticle(edge.kind)} on ${edge.object}, which is ${withArticle(kindsOf(object)[0] ?? '')}`,
          related: [granted],
          help: `grant ${kindsOf(object).map(withArticle).join(' or ')} there, or another object`,
        };
      } else if (need && need.kind !== edge.kind) {
        const [candidate] = context.candidates(need.kind);
        const grant = candidate ? grantText(candidate.path, need.kind, need.rights) : withArticle(need.kind);
        yield {
          ...at,
          message: `${edge.subject} is granted ${withArticle(edge.kind)} as \`${edge.need}\`, but needs ${withArticle(need.kind)}`,
          related: [granted, { label: 'needs', text: capabilityText(need.kind, need.rights), source: need.source }],
          help: `grant ${grant}`,
        };
      }
    }
  },
};
