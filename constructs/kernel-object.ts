import type { Construct } from 'constructs';
import type { z } from 'zod';
import { type Kind, kinds, type Right } from '../kernel/abi/objects.js';
import { checkArguments } from './arguments.js';
import { type Capability, grantCapability } from './capability.js';
import { Element } from './element.js';

/** An object that the kernel makes and whose rights the kernel knows. */
export abstract class KernelObject<K extends Kind> extends Element {
  readonly kind: K;

  /** @internal */
  constructor(scope: Construct, id: string, kind: K, schema: z.ZodObject, props: unknown) {
    super(scope, id);
    this.kind = kind;
    checkArguments(schema, props, this, this.source);
  }

  /** A capability to this object with exactly these rights. */
  grant<R extends Right<K>>(...rights: [R, ...R[]]): Capability<K, R> {
    return grantCapability<K, R>(this, this.kind, rights, Object.keys(kinds[this.kind].rights), this.grant);
  }
}
