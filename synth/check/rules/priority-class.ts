import { limits } from '../../../kernel/abi/index.js';
import type { Rule } from '../context.js';

const classes = {
  realtime: [Number(limits.REALTIME_FIRST), Number(limits.REALTIME_LAST)],
  interactive: [Number(limits.INTERACTIVE_FIRST), Number(limits.INTERACTIVE_LAST)],
  batch: [Number(limits.BATCH_FIRST), Number(limits.BATCH_LAST)],
} as const;

export const priorityClass: Rule = {
  code: 'VRD0208',
  title: 'priority outside its class',
  *check(context) {
    for (const { path, source, class: name, priority } of context.components) {
      const [first, last] = classes[name];
      if (priority >= first && priority <= last) continue;
      const fitting = Object.entries(classes).find(([, range]) => priority >= range[0] && priority <= range[1]);
      yield {
        message: `${path} has priority ${priority} in class ${name}`,
        path,
        source,
        help: `${name} goes from ${first} to ${last}${fitting ? `; ${priority} is ${fitting[0]}(${priority})` : ''}`,
      };
    }
  },
};
