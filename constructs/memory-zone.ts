import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument, checkArguments } from './arguments.js';
import { Element } from './element.js';
import { type NodeOf, ZoneKind } from './graph/index.js';

/** Properties of a memory zone. */
export interface MemoryZoneProps {
  /** Where its memory lies: reachable by old devices, anywhere, or above what is always mapped. */
  readonly kind: 'dma' | 'normal' | 'high';
  /** How much may be charged to it, in bytes; a multiple of 4 KiB, rounded up to the machine's pages. */
  readonly size: number;
  /**
   * NUMA node, 0–7, that its memory comes from as long as there is some, and then from the nearest.
   * @default - for components the node that their core is near, else 0
   */
  readonly numaNode?: number;
}

const schema = z.strictObject({
  kind: argument.oneOf(...ZoneKind.options),
  size: argument.count,
  numaNode: argument.whole(0, 7).optional(),
});

/**
 * A budget of memory that components, regions and buffers are charged to.
 *
 * A System has a zone `normal`, of all memory that no other zone has and the kernel does not keep, and,
 * if it has DMA buffers, a zone `dma`. To give one of these another size, declare it under that id.
 */
export class MemoryZone extends Element {
  readonly kind: 'dma' | 'normal' | 'high';
  /** In bytes. */
  readonly size: number;
  /** NUMA node that its memory comes from first. @default - the node that a component's core is near, else 0 */
  readonly numaNode: number | undefined;

  constructor(scope: Construct, id: string, props: MemoryZoneProps) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    this.kind = props?.kind;
    this.size = props?.size;
    this.numaNode = props?.numaNode;
  }

  override lower(): NodeOf<'MemoryZone'> {
    const { kind, size, numaNode } = this;
    const where = numaNode === undefined ? {} : { numaNode };
    return { type: 'MemoryZone', path: this.node.path, source: this.source, kind, size, ...where };
  }
}
