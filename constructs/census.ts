import type { Construct } from 'constructs';
import * as z from 'zod';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/**
 * What every component of the system holds, as the kernel has it while the system runs. Whoever may read it learns all
 * of the system’s structure, so that one component alone may: that of an `Audit`, or one of your own in its place.
 */
export class Census extends KernelObject<'Census'> {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Census', z.strictObject({}), {});
  }

  override lower(): NodeOf<'Census'> {
    return { type: 'Census', path: this.node.path, source: this.source };
  }
}
