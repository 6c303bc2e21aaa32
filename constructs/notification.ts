import type { Construct } from 'constructs';
import * as z from 'zod';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';

const schema = z.strictObject({});

/** 64 bits that are set by signals and taken, all at once, by a waiter. */
export class Notification extends KernelObject<'Notification'> {
  /** @param props none; another argument is a mistake */
  constructor(scope: Construct, id: string, props: Readonly<Record<string, never>> = {}) {
    super(scope, id, 'Notification', schema, props);
  }

  override lower(): NodeOf<'Notification'> {
    return { type: 'Notification', path: this.node.path, source: this.source };
  }
}
