import type { IConstruct } from 'constructs';
import type { Source } from './graph/index.js';
import { problem } from './problems.js';
import { type Callable, captureSource } from './source.js';

/** What every capability has, whatever its kind and rights. */
export interface AnyCapability {
  /** A kernel kind, an interface's name, or `Server<…>` of one. */
  readonly kind: string;
  readonly rights: readonly string[];
  /** The construct that it is a capability to. */
  readonly object: IConstruct;
  /** The line that made it. */
  readonly source: Source;
}

/**
 * The right to do something with one object. Both type parameters are invariant: a capability fits
 * a need only with exactly the rights that the need names, neither more nor less.
 *
 * Only constructs make capabilities, through `grant` and `serve`.
 */
export class Capability<in out Kind extends string, in out Right extends string> implements AnyCapability {
  readonly kind: Kind;
  /** Ties the structure to the rights in both directions, so that no look-alike fits. */
  declare protected readonly exactRights: (right: Right) => Right;
  readonly rights: readonly Right[];
  readonly object: IConstruct;
  readonly source: Source;

  /** @internal */
  constructor(object: IConstruct, kind: Kind, rights: readonly Right[], madeBy: Callable) {
    this.object = object;
    this.kind = kind;
    this.rights = rights;
    this.source = captureSource(madeBy);
  }

  /** The same object with fewer rights. A right that this capability lacks cannot be asked for. */
  derive<R extends Right>(...rights: [R, ...R[]]): Capability<Kind, R> {
    const capability = new Capability<Kind, R>(this.object, this.kind, [...new Set(rights)], this.derive);
    refuseEmpty(capability);
    const wider = capability.rights.filter((right) => !this.rights.includes(right));
    if (wider.length > 0) {
      problem(this.object, {
        code: 'VRD0010',
        summary: `a capability to ${this.object.node.path} is derived with more rights than it has`,
        path: this.object.node.path,
        source: capability.source,
        value: wider.join(', '),
        allowed: this.rights.join(', '),
        help: 'derive only narrows: ask for these rights where the capability is granted',
      });
    }
    return capability;
  }
}

function refuseEmpty(capability: AnyCapability): void {
  if (capability.rights.length > 0) return;
  const { path } = capability.object.node;
  problem(capability.object, {
    code: 'VRD0008',
    summary: `${path} is granted without a right`,
    path,
    source: capability.source,
    value: 'no right',
    help: 'name the rights, or remove the grant: a capability without rights is good for nothing',
  });
}

/**
 * Makes the capability that a construct's `grant` returns; notes rights that the object does not have.
 *
 * @param allowed the rights of the kind; undefined when that is unknown because of another mistake
 * @param madeBy the method that the user called
 */
export function grantCapability<Kind extends string, Right extends string>(
  object: IConstruct,
  kind: Kind,
  rights: readonly Right[],
  allowed: readonly string[] | undefined,
  madeBy: Callable,
): Capability<Kind, Right> {
  const capability = new Capability<Kind, Right>(object, kind, [...new Set(rights)], madeBy);
  refuseEmpty(capability);
  const unknown = capability.rights.filter((right) => allowed?.includes(right) === false);
  if (allowed !== undefined && unknown.length > 0) {
    problem(object, {
      code: 'VRD0009',
      summary: `${kind} has no right of this name`,
      path: object.node.path,
      source: capability.source,
      value: unknown.map((right) => String(right)).join(', '),
      allowed: allowed.join(', '),
      help: 'grant only rights of this kind',
    });
  }
  return capability;
}
