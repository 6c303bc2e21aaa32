import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { Surroundings } from './element.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';
import { MemoryZone } from './memory-zone.js';

/** Properties of a shared region. */
export interface SharedRegionProps {
  /** In bytes; a multiple of 4 KiB, rounded up to the machine's pages. */
  readonly size: number;
  /**
   * What it is charged to.
   * @default - the system's zone `normal`
   */
  readonly zone?: MemoryZone;
}

const schema = z.strictObject({
  size: argument.count,
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
});

/** Memory that several components map: bulk data without a copy. */
export class SharedRegion extends KernelObject<'SharedRegion'> {
  /** In bytes. */
  readonly size: number;
  /** @default - the system's zone `normal` */
  readonly zone: MemoryZone | undefined;

  constructor(scope: Construct, id: string, props: SharedRegionProps) {
    super(scope, id, 'SharedRegion', schema, props);
    this.size = props?.size;
    this.zone = props?.zone;
  }

  override lower(system: Surroundings): NodeOf<'SharedRegion'> {
    const zone = this.zone?.node.path ?? system.defaultZone('normal');
    return { type: 'SharedRegion', path: this.node.path, source: this.source, size: this.size, zone };
  }
}
