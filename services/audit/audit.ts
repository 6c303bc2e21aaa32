import type { Construct } from 'constructs';
import * as z from 'zod';
import { checkArguments } from '../../constructs/arguments.js';
import { Census, Declaration, type Scheduling, Service } from '../../constructs/index.js';
import { audit } from '../stock.programs.js';

/** Properties of an audit service. */
export interface AuditProps {
  /**
   * When the service runs.
   * @default interactive(110)
   */
  readonly scheduling?: Scheduling;
}

const schema = z.strictObject({
  // The service checks it.
  scheduling: z.unknown().optional(),
});

/**
 * What `veridian verify` asks: a service that tells what every component of the running system holds, in memory of its
 * own that the tool reads from outside of the machine. It holds the census and nothing else, and nobody else holds that,
 * so that nobody can speak in its name.
 */
export class Audit extends Declaration {
  constructor(scope: Construct, id: string, props: AuditProps = {}) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    const census = new Census(this, 'census');
    new Service(this, 'service', {
      program: audit,
      grants: { census: census.grant('read') },
      ...(props.scheduling === undefined ? {} : { scheduling: props.scheduling }),
    });
  }
}
