/** Rules for a system, written beside it. They grant nothing; `veridian check` says when one is broken. */
import type { IConstruct } from 'constructs';
import { problem } from '../problems.js';
import { captureSource } from '../source.js';
import { System } from '../system.js';
import { Acknowledgement, type AcknowledgeProps, KnownRule, OwnRule, type PolicyData, type Verdict } from './rule.js';
import type { SystemView } from './view.js';

export type { AcknowledgeProps, Verdict } from './rule.js';
export { type Place, SystemView, type ViolationProps, type WayProps } from './view.js';

/** What every rule takes. */
export interface RuleProps {
  /**
   * What a finding calls the rule.
   * @default - a sentence made from its constructs
   */
  readonly name?: string;
}

/** What rules on reaching an object take. */
export interface RightsProps extends RuleProps {
  /**
   * The rights that count.
   * @default - every right
   */
  readonly rights?: readonly [string, ...string[]];
}

/** Declares a rule for the system of `first`; everything that it is about has to be a part of that. */
function declare(first: IConstruct, others: readonly IConstruct[], data: PolicyData): void {
  const system = System.of(first);
  const foreign = others.find((other) => System.of(other) !== system);
  if (foreign === undefined) {
    new KnownRule(system, data);
    return;
  }
  problem(system, {
    code: 'VRD0003',
    summary: `policy.${data.rule} is about two systems`,
    path: first.node.path,
    source: captureSource(),
    value: foreign.node.path,
    allowed: `a construct of ${system.node.path}`,
    help: 'nothing reaches from one system into another; name constructs of one',
  });
}

const path = ({ node }: IConstruct): string => node.path;
const some = <T>(key: string, value: T | undefined): Record<string, T> => (value === undefined ? {} : { [key]: value });
const pathsOf = (constructs: readonly IConstruct[]): string[] => constructs.map(path);

/**
 * The rules. A construct stands for itself and for everything below it, so that a Console is its endpoint, its
 * driver and its device, and a System everything in it.
 */
export const policy = {
  /**
   * No component of `a` can ever come to exercise a right on an object of `b`, or to make a component of `b`
   * act: not by a grant, nor through servers, capabilities that are passed, shared memory or DMA.
   */
  cannotReach(a: IConstruct, b: IConstruct, { name, rights }: RightsProps = {}): void {
    declare(a, [b], {
      rule: 'cannotReach',
      name: name ?? `${path(a)} cannot reach ${path(b)}`,
      from: path(a),
      to: path(b),
      ...some('rights', rights && [...rights]),
    } as PolicyData);
  },

  /** Whatever `a` can come to do to `b`, it can only through a component or an endpoint of `gateway`. */
  onlyVia(a: IConstruct, gateway: IConstruct, b: IConstruct, { name, rights }: RightsProps = {}): void {
    declare(a, [gateway, b], {
      rule: 'onlyVia',
      name: name ?? `${path(a)} reaches ${path(b)} only via ${path(gateway)}`,
      from: path(a),
      gateway: path(gateway),
      to: path(b),
      ...some('rights', rights && [...rights]),
    } as PolicyData);
  },

  /** At most one component has a shared region mapped for writing. */
  noSharedWriters(region: IConstruct, { name }: RuleProps = {}): void {
    declare(region, [], {
      rule: 'noSharedWriters',
      name: name ?? `${path(region)} has one writer`,
      region: path(region),
    });
  },

  /** No component of these can come to hold a DMA buffer, with which a device reaches all memory. */
  noDma(first: IConstruct, ...others: readonly IConstruct[]): void {
    const paths = pathsOf([first, ...others]);
    declare(first, others, { rule: 'noDma', name: `no DMA for ${paths.join(', ')}`, paths });
  },

  /** No component of a group can come to reach anything of another group, in either direction. */
  isolated(groups: readonly (readonly IConstruct[])[], { name }: RuleProps = {}): void {
    const [first, ...others] = groups.flat();
    if (first === undefined) throw new TypeError('policy.isolated needs two groups of constructs or more');
    const lowered = groups.map(pathsOf);
    declare(first, others, {
      rule: 'isolated',
      name: name ?? `${lowered.map((group) => group.join(', ')).join(' and ')} are isolated`,
      groups: lowered,
    });
  },

  /** At most `max` components can come to hold a capability to an object; server ends count only for `receive`. */
  maxHolders(object: IConstruct, max: number, { name, rights }: RightsProps = {}): void {
    declare(object, [], {
      rule: 'maxHolders',
      name: name ?? `${path(object)} has at most ${max} holders`,
      object: path(object),
      max,
      ...some('rights', rights && [...rights]),
    } as PolicyData);
  },

  /**
   * A rule of your own: a function over the graph of the system of `scope`, which runs at `app.synth()` and
   * returns `view.violation(…)` for each thing that breaks it.
   */
  rule(scope: IConstruct, name: string, check: (view: SystemView) => Verdict): void {
    new OwnRule(System.of(scope), name, check);
  },
} as const;

/**
 * Takes the responsibility for findings with this code at or below a construct, until a day. After it the
 * finding is back, and so is one that says that the acknowledgement has expired.
 */
export function acknowledge(construct: IConstruct, code: string, { reason, expires }: AcknowledgeProps): void {
  new Acknowledgement(System.of(construct), { code, path: path(construct), reason, expires });
}
