import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';
import { Notification } from './notification.js';

/** Properties of a timer. */
export interface TimerProps {
  /** What it signals. */
  readonly notification: Notification;
  /**
   * Which of the notification's 64 bits it sets.
   * @default 0
   */
  readonly bit?: number;
}

const schema = z.strictObject({
  notification: argument.a('a Notification', (given) => given instanceof Notification),
  bit: argument.whole(0, 63).optional(),
});

/** A moment that comes once each time it is armed, bound to a notification. It has one owner. */
export class Timer extends KernelObject<'Timer'> {
  /** What it signals. */
  readonly notification: Notification;
  /** Which of the notification's 64 bits it sets. @default 0 */
  readonly bit: number;

  constructor(scope: Construct, id: string, props: TimerProps) {
    super(scope, id, 'Timer', schema, props);
    this.notification = props?.notification;
    this.bit = props?.bit ?? 0;
  }

  override lower(): NodeOf<'Timer'> {
    const notification = this.notification.node.path;
    return { type: 'Timer', path: this.node.path, source: this.source, notification, bit: this.bit };
  }
}
