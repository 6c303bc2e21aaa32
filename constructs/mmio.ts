import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/** Properties of a range of device registers. */
export interface MmioProps {
  /** Physical address; a multiple of the machine's page size. */
  readonly address: number;
  /** In bytes; a multiple of the machine's page size. */
  readonly size: number;
}

const schema = z.strictObject({ address: argument.count, size: argument.count });

/** A device's registers in physical memory, mapped uncached. They have one owner. */
export class Mmio extends KernelObject<'Mmio'> {
  /** Physical. */
  readonly address: number;
  /** In bytes. */
  readonly size: number;

  constructor(scope: Construct, id: string, props: MmioProps) {
    super(scope, id, 'Mmio', schema, props);
    this.address = props?.address;
    this.size = props?.size;
  }

  override lower(): NodeOf<'Mmio'> {
    return { type: 'Mmio', path: this.node.path, source: this.source, address: this.address, size: this.size };
  }
}
