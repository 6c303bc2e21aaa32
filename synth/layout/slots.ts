/** Slots of a component's capability table beyond those that its grants fill. */
import type { Edge, Node } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';

/** Some for what everybody may derive or be passed, and one for each object that it may make of its pools. */
export function spareSlots(granted: readonly Edge[], nodes: ReadonlyMap<string, Node>): number {
  let slots = Number(limits.SPARE_SLOTS);
  for (const { object, rights } of granted) {
    const node = nodes.get(object);
    if (node?.type !== 'MemoryPool' || node.makes === undefined) continue;
    const { endpoints, notifications, spaces, threads } = node.makes;
    if (rights.includes('create')) slots += endpoints + notifications;
    if (rights.includes('spawn')) slots += spaces + threads;
  }
  return slots;
}
