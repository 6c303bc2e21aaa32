import { conflicts } from '../claims.js';
import type { Rule } from '../context.js';

export const interruptOwners: Rule = {
  code: 'VRD0203',
  title: 'two owners of an interrupt',
  *check(context) {
    const claims = context.ofType('Interrupt').flatMap((node) => context.claims(node, node.line, node.line + 1));
    for (const group of conflicts(claims)) {
      const [first, ...others] = group;
      if (!first) continue;
      yield {
        message: `${group.length === 2 ? 'two' : group.length} owners of interrupt ${first.first}`,
        path: first.owner,
        source: first.source,
        related: others.map(({ owner, source }) => ({ label: 'also', text: owner, source })),
        help: `an interrupt has one owner; give ${others.at(-1)?.owner} a line of its own or remove it`,
      };
    }
  },
};
