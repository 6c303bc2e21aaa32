import { capabilityText, grantText, quoted, type Rule } from '../context.js';

export const narrowerThanNeeded: Rule = {
  code: 'VRD0104',
  title: 'rights narrower than needed',
  *check(context) {
    for (const { edge, need } of context.filled()) {
      if (edge.kind !== need.kind) continue;
      const missing = need.rights.filter((right) => !edge.rights.includes(right));
      if (missing.length === 0) continue;
      yield {
        message: `${edge.subject} is granted less than it needs`,
        path: edge.subject,
        source: edge.source,
        related: [
          { label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object },
          { label: 'needs', text: capabilityText(need.kind, need.rights), source: need.source },
        ],
        help: `grant ${grantText(edge.object, need.kind, need.rights)}, or take ${quoted(missing)} out of the program’s need`,
      };
    }
  },
};
