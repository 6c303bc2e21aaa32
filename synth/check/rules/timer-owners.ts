import { conflictReport, conflicts } from '../claims.js';
import type { Rule } from '../context.js';

export const timerOwners: Rule = {
  code: 'VRD0214',
  title: 'two owners of a timer',
  *check(context) {
    for (const node of context.ofType('Timer')) {
      for (const group of conflicts(context.claims(node, 0, 1)))
        yield* conflictReport(group, `the timer ${node.path}`, 'a timer');
    }
  },
};
