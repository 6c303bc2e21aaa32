import type { Construct } from 'constructs';
import { z } from 'zod';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

/** 64 bits that are set by signals and taken, all at once, by a waiter. */
export class Notification extends KernelObject<'Notification'> {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Notification', z.strictObject({}), {});
  }

  override lower(): NodeOf<'Notification'> {
    return { type: 'Notification', path: this.node.path, source: this.source };
  }
}
