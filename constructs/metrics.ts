import type { Construct } from 'constructs';
import * as z from 'zod';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/**
 * What the kernel counts while the system runs: switches of threads, messages, faults, time, free memory, for each
 * component, core and pool. Whoever may read it learns what everybody does, and when.
 */
export class Metrics extends KernelObject<'Metrics'> {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Metrics', z.strictObject({}), {});
  }

  override lower(): NodeOf<'Metrics'> {
    return { type: 'Metrics', path: this.node.path, source: this.source };
  }
}
