import { capabilityText, grantText, quoted, type Rule } from '../context.js';

export const widerThanNeeded: Rule = {
  code: 'VRD0102',
  title: 'rights wider than needed',
  *check(context) {
    for (const { edge, need } of context.filled()) {
      if (edge.kind !== need.kind) continue;
      const excess = edge.rights.filter((right) => !need.rights.includes(right));
      if (excess.length === 0) continue;
      yield {
        message: `${edge.subject} is granted more than it needs`,
        path: edge.subject,
        source: edge.source,
        related: [
          { label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object },
          { label: 'needs', text: capabilityText(need.kind, need.rights), source: need.source },
        ],
        help: `grant ${grantText(edge.object, need.kind, need.rights)}, or let the program ask for ${quoted(excess)}`,
      };
    }
  },
};
