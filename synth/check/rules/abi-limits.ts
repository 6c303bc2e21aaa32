import type { NodeType } from '../../../constructs/graph/index.js';
import { limits } from '../../../kernel/abi/index.js';
import { type Report, type Rule, sizeText } from '../context.js';

const number = (name: keyof typeof limits): number => Number(limits[name]);
const objects: readonly NodeType[] = [
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

export const abiLimits: Rule = {
  code: 'VRD0304',
  title: 'more than the kernel takes',
  *check(context) {
    const { graph, components } = context;
    const tooMany = (what: string, count: number, most: number): Report[] =>
      count <= most
        ? []
        : [
            {
              message: `${graph.system} has ${count} ${what}; the kernel takes ${most}`,
              path: graph.system,
              source: graph.source,
              help: 'split the system, or let components share what they can',
            },
          ];
    yield* tooMany('components', components.length, number('MAX_COMPONENTS'));
    yield* tooMany('memory zones', context.ofType('MemoryZone').length, number('MAX_ZONES'));
    yield* tooMany('power switches', context.ofType('Power').length, 1);
    yield* tooMany('censuses', context.ofType('Census').length, 1);
    yield* tooMany('objects for the counters', context.ofType('Metrics').length, 1);
    for (const type of objects)
      yield* tooMany(`objects of kind ${type}`, context.ofType(type).length, number('MAX_OBJECTS'));
    let total = 0;
    const slotsOf = new Map(graph.programs.map(({ name, needs }) => [name, needs.length + number('SPARE_SLOTS')]));
    for (const { path, source, program } of components) {
      const slots = slotsOf.get(program) ?? 0;
      total += slots;
      if (slots <= number('MAX_SLOTS')) continue;
      yield {
        message: `${path} needs a capability table of ${slots} slots; the largest has ${limits.MAX_SLOTS}`,
        path,
        source,
        help: 'split the component: a program with so many needs does too much',
      };
    }
    yield* tooMany('slots in capability tables', total, number('MAX_CAPABILITIES'));
    const regions = context.ofType('MemoryPool').reduce((sum, pool) => sum + pool.regions, 0);
    yield* tooMany('regions in memory pools', regions, number('MAX_OBJECTS'));
    for (const kind of ['endpoints', 'notifications', 'spaces', 'threads'] as const) {
      const made = context.ofType('MemoryPool').reduce((sum, { makes }) => sum + (makes?.[kind] ?? 0), 0);
      yield* tooMany(`${kind} to make of memory pools`, made, number('MAX_MADE'));
    }
    const most = number('MAX_MAPPING_PAGES') * context.pageSize;
    for (const node of graph.nodes) {
      const size =
        node.type === 'Component' ? node.stack : 'size' in node && node.type !== 'MemoryZone' ? node.size : 0;
      if (size <= most) continue;
      yield {
        message: `${node.path} has ${sizeText(size)}; at most ${sizeText(most)} can be mapped at once`,
        path: node.path,
        source: node.source,
        help: 'use several smaller ones',
      };
    }
  },
};
