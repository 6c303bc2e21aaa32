import type { NodeType } from '../../../constructs/graph/index.js';
import type { Advice } from './rule.js';

const types: readonly NodeType[] = [
  'Endpoint',
  'Notification',
  'SharedRegion',
  'Interrupt',
  'Timer',
  'IoPorts',
  'Mmio',
  'Dma',
  'MemoryPool',
];

export const unused: Advice = {
  code: 'VRD0332',
  title: 'declared and used by nobody',
  *check(context) {
    const { nodes } = context;
    const bound = new Set([...nodes.values()].flatMap((node) => ('notification' in node ? [node.notification] : [])));
    const watching = new Set(context.components.map(({ supervisor }) => supervisor));
    for (const type of types) {
      for (const { path, source } of context.ofType(type)) {
        if (context.holders(path).length > 0 || bound.has(path) || watching.has(path)) continue;
        yield {
          message: `${path} is declared, and granted to nobody`,
          path,
          source,
          help: 'remove it, or grant it to whoever is to use it',
        };
      }
    }
  },
};
