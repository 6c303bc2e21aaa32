import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument } from './arguments.js';
import type { NodeOf } from './graph/index.js';
import { KernelObject } from './kernel-object.js';
import { Notification } from './notification.js';

/** Properties of an interrupt. */
export interface InterruptProps {
  /** Global line number of the interrupt controller. */
  readonly line: number;
  /** What it signals. */
  readonly notification: Notification;
  /**
   * Which of the notification's 64 bits it sets.
   * @default 0
   */
  readonly bit?: number;
  /**
   * Whether a change of the line or its level is the signal.
   * @default 'edge'
   */
  readonly trigger?: 'edge' | 'level';
}

const schema = z.strictObject({
  line: argument.count,
  notification: argument.a('a Notification', (given) => given instanceof Notification),
  bit: argument.whole(0, 63).optional(),
  trigger: argument.oneOf('edge', 'level').optional(),
});

/** One line of the interrupt controller, bound to a notification. It has one owner. */
export class Interrupt extends KernelObject<'Interrupt'> {
  /** Global line number of the interrupt controller. */
  readonly line: number;
  /** What it signals. */
  readonly notification: Notification;
  /** Which of the notification's 64 bits it sets. @default 0 */
  readonly bit: number;
  /** @default 'edge' */
  readonly trigger: 'edge' | 'level';

  constructor(scope: Construct, id: string, props: InterruptProps) {
    super(scope, id, 'Interrupt', schema, props);
    this.line = props?.line;
    this.notification = props?.notification;
    this.bit = props?.bit ?? 0;
    this.trigger = props?.trigger ?? 'edge';
  }

  override lower(): NodeOf<'Interrupt'> {
    const { line, trigger, bit } = this;
    const notification = this.notification.node.path;
    return { type: 'Interrupt', path: this.node.path, source: this.source, line, trigger, notification, bit };
  }
}
