import type { Construct } from 'constructs';
import * as z from 'zod';
import { argument, checkArguments } from './arguments.js';
import { type Capability, grantCapability } from './capability.js';
import { Element } from './element.js';
import type { NodeOf } from './graph/index.js';
import { Interface } from './interface.js';
import { delegate } from './interface-mistakes.js';
import { Notification } from './notification.js';

/** Properties of an endpoint. */
export interface EndpointProps<Name extends string, Right extends string> {
  /** What is spoken over it. */
  readonly interface: Interface<Name, Right>;
  /**
   * A notification that is delivered to its receivers between messages.
   * @default - none
   */
  readonly notification?: Notification;
}

const schema = z.strictObject({
  interface: argument.a('an interface made by defineInterface', (given) => given instanceof Interface),
  notification: argument.a('a Notification', (given) => given instanceof Notification).optional(),
});

/** An endpoint of whatever interface. */
export interface AnyEndpoint extends Element {
  readonly interface: { readonly name: string };
  readonly notification: Notification | undefined;
}

/** A place where messages meet: clients call or send, servers receive. */
export class Endpoint<Name extends string, Right extends string> extends Element implements AnyEndpoint {
  /** What is spoken over it. */
  readonly interface: Interface<Name, Right>;
  /** Delivered to its receivers between messages. @default - none */
  readonly notification: Notification | undefined;

  constructor(scope: Construct, id: string, props: EndpointProps<Name, Right>) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    this.interface = props?.interface;
    this.notification = props?.notification;
  }

  /**
   * The client end, to call the methods that need these rights. With `delegate`, its holder may also
   * pass capabilities along with messages.
   */
  grant<R extends Right | 'delegate'>(...rights: [R, ...R[]]): Capability<Name, R> {
    const allowed = this.interface === undefined ? undefined : [...this.interface.rights, delegate];
    return grantCapability<Name, R>(this, this.interface?.name, rights, allowed, this.grant);
  }

  /** The server end, to receive messages and answer those that need these rights. */
  serve<R extends Right>(...rights: [R, ...R[]]): Capability<`Server<${Name}>`, R> {
    const kind = `Server<${this.interface?.name}>` as const;
    return grantCapability<`Server<${Name}>`, R>(this, kind, rights, this.interface?.rights, this.serve);
  }

  override lower(): NodeOf<'Endpoint'> {
    return {
      type: 'Endpoint',
      path: this.node.path,
      source: this.source,
      interface: this.interface.name,
      ...(this.notification === undefined ? {} : { notification: this.notification.node.path }),
    };
  }
}
