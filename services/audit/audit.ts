import type { Construct } from 'constructs';
import { z } from 'zod';
import { argument, checkArguments } from '../../constructs/arguments.js';
import { Census, Declaration, type Scheduling, Service } from '../../constructs/index.js';
import { Console } from '../console/console.js';
import { audit } from '../stock.programs.js';

/** Properties of an audit service. */
export interface AuditProps {
  /**
   * First of its UART's eight I/O ports.
   * @default 0x2f8, the second serial port of a PC
   */
  readonly firstPort?: number;
  /**
   * Line of the interrupt controller that the UART raises.
   * @default 3, the second serial port of a PC
   */
  readonly line?: number;
  /**
   * When the service runs.
   * @default interactive(110)
   */
  readonly scheduling?: Scheduling;
}

const schema = z.strictObject({
  firstPort: argument.count.optional(),
  line: argument.count.optional(),
  // The service checks it.
  scheduling: z.unknown().optional(),
});

/**
 * What `veridian verify` asks: a service that tells, over a serial port of its own, what every component of the running
 * system holds. It alone holds the census, and nobody else holds its port or its console, so that nobody can speak in
 * its name.
 */
export class Audit extends Declaration {
  constructor(scope: Construct, id: string, props: AuditProps = {}) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    const line = new Console(this, 'line', { firstPort: props.firstPort ?? 0x2f8, line: props.line ?? 3 });
    const census = new Census(this, 'census');
    new Service(this, 'service', {
      program: audit,
      grants: { census: census.grant('read'), line: line.grant('read', 'write') },
      ...(props.scheduling === undefined ? {} : { scheduling: props.scheduling }),
    });
  }
}
