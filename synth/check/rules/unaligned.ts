import type { Node } from '../../../constructs/graph/index.js';
import { limits } from '../../../kernel/abi/index.js';
import { hex, type Rule } from '../context.js';

const smallest = Number(limits.PAGE_SIZE);

/** What of a node is counted in whole pages. */
function paged(node: Node): readonly (readonly [string, number, 'size' | 'address'])[] {
  switch (node.type) {
    case 'Component':
      return [['stack', node.stack, 'size']];
    case 'Mmio':
      return [
        ['address', node.address, 'address'],
        ['size', node.size, 'size'],
      ];
    case 'MemoryZone':
    case 'SharedRegion':
    case 'MemoryPool':
    case 'Dma':
      return [['size', node.size, 'size']];
    default:
      return [];
  }
}

export const unaligned: Rule = {
  code: 'VRD0204',
  title: 'not on a page boundary',
  *check({ graph, pageSize: page }) {
    for (const node of graph.nodes) {
      for (const [field, value, sort] of paged(node)) {
        if (value % page === 0 && (value > 0 || sort === 'address')) continue;
        const below = value - (value % page);
        const shown = sort === 'address' ? hex(value) : `${value}`;
        const near = [below, below + page].filter((size) => size > 0 || sort === 'address');
        const nearest = near.map((one) => (sort === 'address' ? hex(one) : one)).join(' and ');
        // Memory is rounded up to the machine's pages before it comes here; what lies beside registers is not known.
        const beside = node.type === 'Mmio' && value > 0 && value % smallest === 0;
        yield {
          message: `${field} of ${node.path} is ${shown}, not a whole number of pages`,
          path: node.path,
          source: node.source,
          help: beside
            ? `a page of this machine has ${page} bytes, with all devices in it; the nearest are ${nearest}: take them where no other device is there, or a machine with smaller pages`
            : `a page has ${page} bytes; the nearest are ${nearest}`,
        };
      }
    }
  },
};
