import { conflictReport, conflicts } from '../claims.js';
import { hex, type Rule } from '../context.js';

export const portOwners: Rule = {
  code: 'VRD0202',
  title: 'two owners of I/O ports',
  *check(context) {
    const claims = context
      .ofType('IoPorts')
      .flatMap((node) => context.claims(node, node.first, node.first + node.count));
    for (const group of conflicts(claims)) {
      const [start, end] = [Math.min(...group.map(({ first }) => first)), Math.max(...group.map((claim) => claim.end))];
      yield* conflictReport(group, `ports ${hex(start)}–${hex(end - 1)}`, 'a range of ports');
    }
  },
};
