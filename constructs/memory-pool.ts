import type { Construct } from 'constructs';
import { z } from 'zod';
import { argument } from './arguments.js';
import type { Surroundings } from './element.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';
import { MemoryZone } from './memory-zone.js';

/** Properties of a memory pool. */
export interface MemoryPoolProps {
  /** In bytes; a multiple of 4 KiB, rounded up to the machine's pages. */
  readonly size: number;
  /**
   * How many regions can be taken from it at the same time.
   * @default 64
   */
  readonly regions?: number;
  /**
   * What it is charged to.
   * @default - the system's zone `normal`
   */
  readonly zone?: MemoryZone;
}

const schema = z.strictObject({
  size: argument.count,
  regions: argument.whole(1, 65536).optional(),
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
});

/** A budget of memory that its holders take regions from while they run; nobody can take more. */
export class MemoryPool extends KernelObject<'MemoryPool'> {
  /** In bytes. */
  readonly size: number;
  /** How many regions can be taken from it at the same time. @default 64 */
  readonly regions: number;
  /** @default - the system's zone `normal` */
  readonly zone: MemoryZone | undefined;

  constructor(scope: Construct, id: string, props: MemoryPoolProps) {
    super(scope, id, 'MemoryPool', schema, props);
    this.size = props?.size;
    this.regions = props?.regions ?? 64;
    this.zone = props?.zone;
  }

  override lower(system: Surroundings): NodeOf<'MemoryPool'> {
    const zone = this.zone?.node.path ?? system.defaultZone('normal');
    const { path } = this.node;
    return { type: 'MemoryPool', path, source: this.source, size: this.size, regions: this.regions, zone };
  }
}
