import type { Construct } from 'constructs';
import * as z from 'zod';
import type { ConsoleDevice } from '../../arch/index.js';
import { argument, checkArguments } from '../../constructs/arguments.js';
import {
  type Capability,
  Declaration,
  Driver,
  Endpoint,
  Interrupt,
  IoPorts,
  Mmio,
  Notification,
  type Scheduling,
  System,
} from '../../constructs/index.js';
import { pl011, uart16550, uart16550Mmio } from '../stock.programs.js';
import { ConsoleInterface } from './interface.js';

/** Properties of a console. */
export interface ConsoleProps {
  /**
   * First of the eight I/O ports of a 16550 UART, for another serial port of a PC.
   * @default - the machine's own serial port
   */
  readonly firstPort?: number;
  /**
   * Line of the interrupt controller that the UART raises.
   * @default - that of the machine's own serial port
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

/** What a machine has that does not say. */
const firstSerialPort = { device: 'uart16550', firstPort: 0x3f8, line: 4 } as const;

/**
 * A terminal on the machine's serial port: a user-space driver of that device, which alone holds its registers and its
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
    const device = this.device(props);
    const interrupt = new Interrupt(this, 'interrupt', {
      line: device.line,
      notification: received,
      ...(device.trigger === undefined ? {} : { trigger: device.trigger }),
    });
    const others = {
      ...(props.scheduling === undefined ? {} : { scheduling: props.scheduling }),
      ...(props.serves === undefined ? {} : { serves: { requests: props.serves } }),
    };
    const grants = {
      requests: this.requests.serve('write', 'read'),
      interrupt: interrupt.grant('acknowledge'),
    };
    if ('firstPort' in device) {
      const ports = new IoPorts(this, 'ports', { first: device.firstPort, count: 8 });
      new Driver(this, 'driver', {
        program: uart16550,
        grants: { ...grants, ports: ports.grant('read', 'write') },
        ...others,
      });
    } else {
      const registers = new Mmio(this, 'registers', { address: device.address, size: device.size });
      new Driver(this, 'driver', {
        program: device.device === 'pl011' ? pl011 : uart16550Mmio,
        grants: { ...grants, registers: registers.grant('read', 'write') },
        ...others,
      });
    }
  }

  /** The machine's serial port, or the one whose ports are given. */
  private device({ firstPort, line }: ConsoleProps): ConsoleDevice {
    const { machine } = System.of(this);
    if (firstPort !== undefined) return { device: 'uart16550', firstPort, line: line ?? firstSerialPort.line };
    const device = machine.console ?? firstSerialPort;
    return line === undefined ? device : { ...device, line };
  }

  /** The right to print (`write`), to take input (`read`), or both. */
  grant<R extends 'write' | 'read'>(...rights: [R, ...R[]]): Capability<'Console', R> {
    return this.requests.grant(...rights);
  }
}
