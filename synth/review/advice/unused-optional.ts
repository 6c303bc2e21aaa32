import type { Edge } from '../../../constructs/graph/index.js';
import { type Context, capabilityText } from '../../check/context.js';
import type { Advice } from './rule.js';
import { missing } from './sides.js';

/** Why nothing can come of a grant: who would have to be on the other side of its object. */
function idle(context: Context, edge: Edge): string | undefined {
  const node = context.nodes.get(edge.object);
  if (!node) return undefined;
  if (node.type === 'SharedRegion') {
    const others = context.holders(edge.object).filter(({ subject }) => subject !== edge.subject);
    return others.length === 0 ? `nobody else has ${edge.object}` : undefined;
  }
  const found = missing(context, node);
  return found && `nobody ${found.empty.does} ${edge.object}`;
}

export const unusedOptional: Advice = {
  code: 'VRD0343',
  title: 'optional grant that nothing uses',
  *check(context) {
    for (const { edge, need } of context.filled()) {
      const why = need.optional ? idle(context, edge) : undefined;
      if (why === undefined) continue;
      yield {
        message: `${edge.subject} is granted \`${edge.need}\`, which its program does without, for nothing: ${why}`,
        path: edge.subject,
        source: edge.source,
        related: [
          { label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object },
          { label: 'needs?', text: capabilityText(need.kind, need.rights), source: need.source },
        ],
        help: `leave \`${edge.need}\` out of the grants, or add the other side`,
      };
    }
  },
};
