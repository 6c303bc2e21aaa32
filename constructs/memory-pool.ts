import type { Construct } from 'constructs';
import * as z from 'zod';
import { limits } from '../kernel/abi/index.js';
import { argument } from './arguments.js';
import type { Surroundings } from './element.js';
import type { NodeOf, PoolMakes } from './graph/index.js';
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
   * How many endpoints its holders can make of it.
   * @default 0
   */
  readonly endpoints?: number;
  /**
   * How many notifications.
   * @default 0
   */
  readonly notifications?: number;
  /**
   * How many address spaces, each with a capability table of 32 slots: what processes live in.
   * @default 0
   */
  readonly spaces?: number;
  /**
   * How many threads.
   * @default 0
   */
  readonly threads?: number;
  /**
   * Cores that whoever makes threads of it may put them on, besides its own.
   * @default - threads stay on the core of whoever makes them
   */
  readonly cores?: readonly number[];
  /**
   * What it is charged to.
   * @default - the system's zone `normal`
   */
  readonly zone?: MemoryZone;
}

const made = Number(limits.MAX_MADE);

const schema = z.strictObject({
  size: argument.count,
  regions: argument.whole(1, 65536).optional(),
  endpoints: argument.whole(0, made).optional(),
  notifications: argument.whole(0, made).optional(),
  spaces: argument.whole(0, made).optional(),
  threads: argument.whole(0, made).optional(),
  cores: z.array(argument.whole(0, Number(limits.MAX_CORES) - 1)).optional(),
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
});

/** A budget that its holders take memory from, and make objects of, while they run; nobody can take more. */
export class MemoryPool extends KernelObject<'MemoryPool'> {
  /** In bytes. */
  readonly size: number;
  /** How many regions can be taken from it at the same time. @default 64 */
  readonly regions: number;
  /** What can be made of it at the same time, of each kind. */
  readonly makes: PoolMakes;
  /** Cores that threads made of it may be put on, besides those of who makes them, in order. */
  readonly cores: readonly number[];
  /** @default - the system's zone `normal` */
  readonly zone: MemoryZone | undefined;

  constructor(scope: Construct, id: string, props: MemoryPoolProps) {
    super(scope, id, 'MemoryPool', schema, props);
    this.size = props?.size;
    this.regions = props?.regions ?? 64;
    this.makes = {
      endpoints: props?.endpoints ?? 0,
      notifications: props?.notifications ?? 0,
      spaces: props?.spaces ?? 0,
      threads: props?.threads ?? 0,
    };
    this.cores = Array.isArray(props?.cores) ? [...new Set(props.cores)].sort((a, b) => a - b) : [];
    this.zone = props?.zone;
  }

  override lower(system: Surroundings): NodeOf<'MemoryPool'> {
    const zone = this.zone?.node.path ?? system.defaultZone('normal');
    const { path } = this.node;
    const { source, size, regions } = this;
    const makes = Object.values(this.makes).some((count) => count > 0) ? { makes: this.makes } : {};
    const cores = this.cores.length > 0 ? { cores: [...this.cores] } : {};
    return { type: 'MemoryPool', path, source, size, regions, ...makes, ...cores, zone };
  }
}
