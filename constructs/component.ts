import type { Construct } from 'constructs';
import * as z from 'zod';
import { limits } from '../kernel/abi/limits.js';
import { kinds, type Right } from '../kernel/abi/objects.js';
import { argument, checkArguments, written } from './arguments.js';
import { type AnyCapability, Capability, grantCapability } from './capability.js';
import { Element, type Surroundings } from './element.js';
import { type AnyEndpoint, Endpoint } from './endpoint.js';
import type { Edge, NodeOf, Timing } from './graph/index.js';
import { MemoryZone } from './memory-zone.js';
import { problem } from './problems.js';
import { Program } from './program.js';
import { interactive, type Scheduling } from './scheduling.js';

/** A grant for each need, exactly of the kind and rights that the program asks for; those that it marks optional may be left out. */
export type Grants<Needs> = keyof Needs extends never
  ? Readonly<Record<string, never>>
  : { readonly [Name in keyof Needs]: Needs[Name] };

/** Worst-case times, in nanoseconds, of the calls that a component serves: of all, or right by right. */
export type Serves<Needs> = {
  readonly [Name in keyof Needs as NonNullable<Needs[Name]> extends Capability<infer Kind, infer _Right>
    ? Kind extends `Server<${string}>`
      ? Name
      : never
    : never]?: NonNullable<Needs[Name]> extends Capability<infer _Kind, infer Right>
    ? number | { readonly [R in Right]?: number }
    : never;
};

/** Properties of a component. */
export interface ComponentProps<Needs> {
  /** What it runs. */
  readonly program: Program<Needs>;
  /** What it may do: one capability for each need of the program, under the need's name. */
  readonly grants: Grants<NoInfer<Needs>>;
  /**
   * When it runs.
   * @default interactive(120), and interactive(110) for a Service, interactive(100) for a Driver
   */
  readonly scheduling?: Scheduling;
  /**
   * Most time that it runs for one call that it serves, until it receives again: under the name of the need, one time
   * for every right or one for each. What other servers do for it meanwhile comes on top.
   * @default - unknown: no response time of a client is known either
   */
  readonly serves?: Serves<NoInfer<Needs>>;
  /**
   * How often it calls or sends through a need, at most: in each period, and for each call that it serves.
   * @default - once through every need
   */
  readonly calls?: { readonly [Name in keyof NoInfer<Needs>]?: number };
  /**
   * Size of its stack in bytes; a multiple of the page size.
   * @default KiB(32)
   */
  readonly stack?: number;
  /**
   * What its private memory is charged to.
   * @default - the system's zone `normal`
   */
  readonly zone?: MemoryZone;
  /**
   * Number of the machine’s processor core that it runs on; calls between cores take longer than those within one.
   * @default 0
   */
  readonly core?: number;
  /**
   * Endpoint that is told of its faults; who receives there decides what becomes of the component.
   * @default - none: a fault stops the component
   */
  readonly supervisor?: AnyEndpoint;
}

/** Nanoseconds in which the kernel counts. */
const tick = Number(limits.TICK_NANOSECONDS);
/** Nanoseconds of the longest period that it enforces. */
const longest = Number(limits.MAX_PERIOD_TICKS) * tick;

const schema = z.strictObject({
  program: argument.a('a Program, such as those of veridian.programs.ts', (given) => given instanceof Program),
  grants: argument.record,
  scheduling: z
    .strictObject(
      {
        class: argument.oneOf('realtime', 'interactive', 'batch'),
        priority: argument.priority,
        timing: z
          .strictObject(
            {
              period: argument.duration,
              worstCase: argument.duration,
              deadline: argument.duration.optional(),
              enforced: z.boolean().optional(),
            },
            { error: '{ period, worstCase } and perhaps a deadline' },
          )
          .refine(({ period, deadline = period }) => deadline <= period, {
            path: ['deadline'],
            error: 'a time up to the period',
          })
          .refine(
            ({ period, worstCase, enforced }) =>
              !enforced || (period % tick === 0 && worstCase % tick === 0 && worstCase <= period && period <= longest),
            {
              path: ['enforced'],
              error: 'whole milliseconds: up to the period for the time, up to 65,535 for the period',
            },
          )
          .optional(),
      },
      { error: 'realtime(n), interactive(n) or batch(n)' },
    )
    .optional(),
  serves: z
    .record(z.string(), argument.duration.or(z.record(z.string(), argument.duration)), {
      error: 'worst-case times by need',
    })
    .optional(),
  calls: z.record(z.string(), argument.count, { error: 'numbers of calls by need' }).optional(),
  stack: argument.count.optional(),
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
  core: argument.count.optional(),
  supervisor: argument.a('an Endpoint', (given) => given instanceof Endpoint).optional(),
});

/** One program in an address space of its own, with exactly the capabilities that it is granted. */
export class Component<Needs = unknown> extends Element {
  /** What it runs. */
  readonly program: Program<Needs>;
  /** What it may do, by name of the need. */
  readonly grants: Readonly<Record<string, AnyCapability>>;
  /** When it runs. @default interactive(120) */
  readonly scheduling: Scheduling;
  /** Worst-case times of what it serves. @default - unknown */
  readonly serves: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  /** How often it calls, by need. @default - once through every need */
  readonly calls: Readonly<Record<string, number>>;
  /** Size of its stack in bytes. @default KiB(32) */
  readonly stack: number;
  /** @default - the system's zone `normal` */
  readonly zone: MemoryZone | undefined;
  /** The processor core that it runs on. @default 0 */
  readonly core: number;
  /** Told of its faults. @default - none */
  readonly supervisor: AnyEndpoint | undefined;

  constructor(scope: Construct, id: string, props: ComponentProps<Needs>) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    this.program = props?.program;
    this.grants = this.checkedGrants(props?.grants ?? {});
    this.scheduling = props?.scheduling ?? this.defaultScheduling();
    this.serves = (props?.serves ?? {}) as typeof this.serves;
    this.calls = (props?.calls ?? {}) as typeof this.calls;
    this.checkTimes();
    this.stack = props?.stack ?? Number(limits.STACK_SIZE);
    this.zone = props?.zone;
    this.core = props?.core ?? 0;
    this.supervisor = props?.supervisor;
  }

  /** The right to learn how it ended (`wait`), to end it (`stop`), to start it anew (`restart`). */
  grant<R extends Right<'Process'>>(...rights: [R, ...R[]]): Capability<'Process', R> {
    return grantCapability<'Process', R>(this, 'Process', rights, Object.keys(kinds.Process.rights), this.grant);
  }

  /** What an engineer reads it as; no check depends on it. */
  protected role(): 'component' | 'driver' | 'service' {
    return 'component';
  }

  protected defaultScheduling(): Scheduling {
    return interactive(120);
  }

  override lower(system: Surroundings): NodeOf<'Component'> {
    const { timing } = this.scheduling;
    return {
      type: 'Component',
      path: this.node.path,
      source: this.source,
      role: this.role(),
      program: this.program.name,
      class: this.scheduling.class,
      priority: this.scheduling.priority,
      stack: this.stack,
      zone: this.zone?.node.path ?? system.defaultZone('normal'),
      ...(this.core === 0 ? {} : { core: this.core }),
      ...(this.supervisor === undefined ? {} : { supervisor: this.supervisor.node.path }),
      ...(timing?.enforced === true ? { budget: { time: timing.worstCase, period: timing.period } } : {}),
    };
  }

  /** Its grants as edges of the graph. */
  lowerGrants(): Edge[] {
    return Object.entries(this.grants).map(([need, { object, kind, rights, source }]) => ({
      subject: this.node.path,
      need,
      object: object.node.path,
      kind,
      rights: [...rights],
      source,
    }));
  }

  /** What is declared of its times; undefined where nothing is. */
  lowerTiming(): Timing | undefined {
    const { timing } = this.scheduling;
    const serves = Object.entries(this.serves).flatMap(([need, times]) =>
      typeof times !== 'object' || times === null
        ? (this.grants[need]?.rights ?? []).map((right) => ({ need, right, worstCase: times }))
        : Object.entries(times).map(([right, worstCase]) => ({ need, right, worstCase })),
    );
    const calls = Object.entries(this.calls).map(([need, count]) => ({ need, count }));
    if (timing === undefined && serves.length === 0 && calls.length === 0) return undefined;
    const { period = 0, worstCase = 0, deadline = period } = timing ?? {};
    const task = timing && { period, worstCase, deadline };
    return { component: this.node.path, source: this.source, ...(task && { task }), serves, calls };
  }

  /** Notes times of what it does not do: a name that the compiler did not see. */
  private checkTimes(): void {
    const wrong = (argumentName: string, value: string, allowed: readonly string[]): void =>
      problem(this, {
        code: 'VRD0003',
        summary: `${this.constructor.name} cannot take this as \`${argumentName}\``,
        path: this.node.path,
        source: this.source,
        value,
        allowed: allowed.length === 0 ? 'nothing: it has none' : allowed.join(', '),
        help: `correct \`${argumentName}\``,
      });
    const isServer = (need: string): boolean => this.grants[need]?.kind?.startsWith('Server<') === true;
    const served = Object.keys(this.grants).filter(isServer);
    const called = Object.keys(this.grants).filter(
      (need) => this.grants[need]?.object instanceof Endpoint && !isServer(need),
    );
    for (const [need, times] of Object.entries(this.serves)) {
      if (!served.includes(need)) wrong('serves', need, served);
      if (typeof times !== 'object' || times === null) continue;
      const rights = this.grants[need]?.rights ?? [];
      for (const right of Object.keys(times)) if (!rights.includes(right)) wrong(`serves.${need}`, right, rights);
    }
    for (const need of Object.keys(this.calls)) if (!called.includes(need)) wrong('calls', need, called);
  }

  private checkedGrants(grants: object): Readonly<Record<string, AnyCapability>> {
    const optional = new Set(this.program?.definition?.needs.filter((need) => need.optional).map(({ name }) => name));
    const given = Object.fromEntries(
      Object.entries(grants).filter(([need, grant]) => grant !== undefined || !optional.has(need)),
    );
    for (const [need, grant] of Object.entries(given)) {
      if (grant instanceof Capability) continue;
      problem(this, {
        code: 'VRD0011',
        summary: `the grant \`${need}\` of ${this.node.path} is not a capability`,
        path: this.node.path,
        source: this.source,
        value: written(grant),
        allowed: 'what grant(…) or serve(…) of a construct returns',
        help: 'grant rights on an object, such as terminal.grant("write"), not the object itself',
      });
    }
    return given;
  }
}
