import { needsBuffer } from '../../../constructs/fields.js';
import type { Node, Source } from '../../../constructs/graph/index.js';
import { privateBytes } from '../../layout/program-image.js';
import { type Context, type Rule, sizeText } from '../context.js';

/** Bytes of a component’s message buffer, if it has one. */
function bufferBytes(context: Context, component: Node): number {
  const speaksLong = context.granted(component.path).some(({ object }) => {
    const node = context.nodes.get(object);
    const spoken = node?.type === 'Endpoint' ? context.interfaces.get(node.interface) : undefined;
    return spoken !== undefined && needsBuffer(spoken);
  });
  return speaksLong ? context.pageSize : 0;
}

export const zoneBudget: Rule = {
  code: 'VRD0205',
  title: 'memory budget beyond the zone',
  *check(context) {
    const { pageSize } = context;
    const ofProgram = new Map([...context.natives].map(([name, native]) => [name, privateBytes(native.elf, pageSize)]));
    const taken = new Map<string, { readonly path: string; readonly bytes: number; readonly source: Source }[]>();
    for (const node of context.nodes.values()) {
      if (!('zone' in node)) continue;
      const bytes =
        node.type === 'Component'
          ? node.stack + (ofProgram.get(node.program) ?? 0) + bufferBytes(context, node)
          : node.size;
      const list = taken.get(node.zone);
      if (list) list.push({ path: node.path, bytes, source: node.source });
      else taken.set(node.zone, [{ path: node.path, bytes, source: node.source }]);
    }
    for (const zone of context.ofType('MemoryZone')) {
      const users = taken.get(zone.path) ?? [];
      const total = users.reduce((sum, { bytes }) => sum + bytes, 0);
      if (total <= zone.size) continue;
      const largest = users.toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, 5);
      yield {
        message: `${zone.path} has ${sizeText(zone.size)}, but ${sizeText(total)} are taken from it`,
        path: zone.path,
        source: zone.source,
        related: largest.map(({ path, bytes, source }) => ({
          label: 'takes',
          text: sizeText(bytes),
          on: path,
          source,
        })),
        help: `make the zone at least ${sizeText(total)}, or what lies in it smaller`,
      };
    }
  },
};
