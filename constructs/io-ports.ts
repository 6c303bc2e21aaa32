import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/** Properties of a range of I/O ports. */
export interface IoPortsProps {
  /** First port. */
  readonly first: number;
  /** How many. */
  readonly count: number;
}

const schema = z.strictObject({ first: argument.count, count: argument.count });

/** A range of x86 I/O ports. It has one owner. */
export class IoPorts extends KernelObject<'IoPorts'> {
  readonly first: number;
  readonly count: number;

  constructor(scope: Construct, id: string, props: IoPortsProps) {
    super(scope, id, 'IoPorts', schema, props);
    this.first = props?.first;
    this.count = props?.count;
  }

  override lower(): NodeOf<'IoPorts'> {
    return { type: 'IoPorts', path: this.node.path, source: this.source, first: this.first, count: this.count };
  }
}
