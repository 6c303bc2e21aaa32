import { capabilityText, grantText, type Rule } from '../context.js';

const mapped = new Set(['SharedRegion', 'Mmio', 'Dma']);

export const writeWithoutRead: Rule = {
  code: 'VRD0109',
  title: 'memory that is written but not read',
  *check({ graph }) {
    for (const edge of graph.edges) {
      if (!mapped.has(edge.kind) || !edge.rights.includes('write') || edge.rights.includes('read')) continue;
      yield {
        message: `${edge.subject} is granted memory to write that it may not read`,
        path: edge.subject,
        source: edge.source,
        related: [{ label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object }],
        help: `no processor maps a page so: ask for both and grant ${grantText(edge.object, edge.kind, ['read', 'write'])}`,
      };
    }
  },
};
