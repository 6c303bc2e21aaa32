import type { Construct } from 'constructs';
import { z } from 'zod';
import { argument, checkArguments } from '../../constructs/arguments.js';
import {
  type Capability,
  Declaration,
  Driver,
  Endpoint,
  Interrupt,
  IoPorts,
  Notification,
  type Scheduling,
} from '../../constructs/index.js';
import { uart16550 } from '../stock.programs.js';
import { ConsoleInterface } from './interface.js';

/** Properties of a console. */
export interface ConsoleProps {
  /**
   * First of the UART's eight I/O ports.
   * @default 0x3f8, the first serial port of a PC
   */
  readonly firstPort?: number;
  /**
   * Line of the interrupt controller that the UART raises.
   * @default 4, the first serial port of a PC
   */
  readonly line?: number;
  /**
   * When its driver runs.
   * @default interactive(100)
   */
  readonly scheduling?: Scheduling;
  /**
   * Most time that its driver runs for one call, in nanoseconds.
   * @default - unknown
   */
  readonly serves?: number | { readonly write?: number; readonly read?: number };
}

const schema = z.strictObject({
  firstPort: argument.count.optional(),
  line: argument.count.optional(),
  // The driver checks it.
  scheduling: z.unknown().optional(),
  serves: z.unknown().optional(),
});

/**
 * A terminal on a serial port: a user-space driver of a 16550 UART, which alone holds its ports and its
 * interrupt, and an endpoint for those who may print or read.
 */
export class Console extends Declaration {
  /** Where clients meet the driver. */
  readonly requests: Endpoint<'Console', 'write' | 'read'>;

  constructor(scope: Construct, id: string, props: ConsoleProps = {}) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    const received = new Notification(this, 'received');
    this.requests = new Endpoint(this, 'requests', { interface: ConsoleInterface, notification: received });
    const ports = new IoPorts(this, 'ports', { first: props.firstPort ?? 0x3f8, count: 8 });
    const interrupt = new Interrupt(this, 'interrupt', { line: props.line ?? 4, notification: received });
    new Driver(this, 'driver', {
      program: uart16550,
      grants: {
        requests: this.requests.serve('write', 'read'),
        ports: ports.grant('read', 'write'),
        interrupt: interrupt.grant('acknowledge'),
      },
      ...(props.scheduling === undefined ? {} : { scheduling: props.scheduling }),
      ...(props.serves === undefined ? {} : { serves: { requests: props.serves } }),
    });
  }

  /** The right to print (`write`), to take input (`read`), or both. */
  grant<R extends 'write' | 'read'>(...rights: [R, ...R[]]): Capability<'Console', R> {
    return this.requests.grant(...rights);
  }
}
