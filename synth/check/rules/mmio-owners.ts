import { conflictReport, conflicts } from '../claims.js';
import { hex, type Rule } from '../context.js';

export const mmioOwners: Rule = {
  code: 'VRD0201',
  title: 'two owners of device registers',
  *check(context) {
    const claims = context
      .ofType('Mmio')
      .flatMap((node) => context.claims(node, node.address, node.address + node.size));
    for (const group of conflicts(claims)) {
      const [start, end] = [Math.min(...group.map(({ first }) => first)), Math.max(...group.map((claim) => claim.end))];
      yield* conflictReport(group, `registers ${hex(start)}–${hex(end - 1)}`, 'a range of registers');
    }
  },
};
