import type { Construct } from 'constructs';
import * as z from 'zod';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/** The machine's power switch. A System has one: `system.power`. */
export class Power extends KernelObject<'Power'> {
  /** @internal */
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Power', z.strictObject({}), {});
  }

  override lower(): NodeOf<'Power'> {
    return { type: 'Power', path: this.node.path, source: this.source };
  }
}
