import { capabilityText, type Rule } from '../context.js';

export const grantWithoutNeed: Rule = {
  code: 'VRD0103',
  title: 'grant without need',
  *check(context) {
    for (const edge of context.graph.edges) {
      const component = context.nodes.get(edge.subject);
      const program = component?.type === 'Component' ? context.programs.get(component.program) : undefined;
      if (!program || program.needs.some(({ name }) => name === edge.need)) continue;
      const names = program.needs.map(({ name }) => name);
      yield {
        message: `${edge.subject} is granted \`${edge.need}\`, for which its program has no need`,
        path: edge.subject,
        source: edge.source,
        related: [
          { label: 'grants', text: capabilityText(edge.kind, edge.rights), on: edge.object },
          { label: 'needs', text: names.length === 0 ? 'nothing' : `only ${names.join(', ')}` },
        ],
        help: `take \`${edge.need}\` out of the grants, or let the program ask for it`,
      };
    }
  },
};
