import { interfaceRights as bits } from '../../../kernel/abi/index.js';
import type { Rule } from '../context.js';

export const interfaceRights: Rule = {
  code: 'VRD0305',
  title: 'interface with too many rights',
  *check(context) {
    for (const { name, rights } of context.interfaces.values()) {
      if (rights.length <= bits.count) continue;
      const [endpoint] = context.candidates(name);
      yield {
        message: `interface ${name} has ${rights.length} rights; a capability carries ${bits.count}`,
        path: endpoint?.path ?? context.graph.system,
        source: endpoint?.source ?? context.graph.source,
        help: 'let methods share a right with the option `right`, or split the interface',
      };
    }
  },
};
