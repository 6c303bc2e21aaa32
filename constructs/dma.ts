import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { Surroundings } from './element.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';
import { MemoryZone } from './memory-zone.js';

/** Properties of a DMA buffer. */
export interface DmaProps {
  /** In bytes; a multiple of 4 KiB, rounded up to the machine's pages. */
  readonly size: number;
  /**
   * What it is charged to.
   * @default - the system's zone `dma`
   */
  readonly zone?: MemoryZone;
}

const schema = z.strictObject({
  size: argument.count,
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
});

/** Contiguous memory whose physical address a driver may learn, for a device to read and write. */
export class Dma extends KernelObject<'Dma'> {
  /** In bytes. */
  readonly size: number;
  /** @default - the system's zone `dma` */
  readonly zone: MemoryZone | undefined;

  constructor(scope: Construct, id: string, props: DmaProps) {
    super(scope, id, 'Dma', schema, props);
    this.size = props?.size;
    this.zone = props?.zone;
  }

  override lower(system: Surroundings): NodeOf<'Dma'> {
    const zone = this.zone?.node.path ?? system.defaultZone('dma');
    return { type: 'Dma', path: this.node.path, source: this.source, size: this.size, zone };
  }
}
