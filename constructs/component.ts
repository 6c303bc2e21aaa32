import type { Construct } from 'constructs';
import { z } from 'zod';
import { limits } from '../kernel/abi/limits.js';
import { argument, checkArguments, written } from './arguments.js';
import { type AnyCapability, Capability } from './capability.js';
import { Element, type Surroundings } from './element.js';
import { type AnyEndpoint, Endpoint } from './endpoint.js';
import type { Edge, NodeOf } from './graph/index.js';
import { MemoryZone } from './memory-zone.js';
import { problem } from './problems.js';
import { Program } from './program.js';
import { interactive, type Scheduling } from './scheduling.js';

/** A grant for each need: exactly the kinds and rights that the program asks for. */
export type Grants<Needs> = keyof Needs extends never
  ? Readonly<Record<string, never>>
  : { readonly [Name in keyof Needs]: Needs[Name] };

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
   * Size of its stack in bytes; a multiple of the page size.
   * @default KiB(64)
   */
  readonly stack?: number;
  /**
   * What its private memory is charged to.
   * @default - the system's zone `normal`
   */
  readonly zone?: MemoryZone;
  /**
   * Endpoint that is told of its faults; who receives there decides what becomes of the component.
   * @default - none: a fault stops the component
   */
  readonly supervisor?: AnyEndpoint;
}

const schema = z.strictObject({
  program: argument.a('a Program, such as those of veridian.programs.ts', (given) => given instanceof Program),
  grants: argument.record,
  scheduling: z
    .strictObject(
      {
        class: argument.oneOf('realtime', 'interactive', 'batch'),
        priority: argument.priority,
      },
      { error: 'realtime(n), interactive(n) or batch(n)' },
    )
    .optional(),
  stack: argument.count.optional(),
  zone: argument.a('a MemoryZone', (given) => given instanceof MemoryZone).optional(),
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
  /** Size of its stack in bytes. @default KiB(64) */
  readonly stack: number;
  /** @default - the system's zone `normal` */
  readonly zone: MemoryZone | undefined;
  /** Told of its faults. @default - none */
  readonly supervisor: AnyEndpoint | undefined;

  constructor(scope: Construct, id: string, props: ComponentProps<Needs>) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    this.program = props?.program;
    this.grants = this.checkedGrants(props?.grants ?? {});
    this.scheduling = props?.scheduling ?? this.defaultScheduling();
    this.stack = props?.stack ?? Number(limits.STACK_SIZE);
    this.zone = props?.zone;
    this.supervisor = props?.supervisor;
  }

  /** What an engineer reads it as; no check depends on it. */
  protected role(): 'component' | 'driver' | 'service' {
    return 'component';
  }

  protected defaultScheduling(): Scheduling {
    return interactive(120);
  }

  override lower(system: Surroundings): NodeOf<'Component'> {
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
      ...(this.supervisor === undefined ? {} : { supervisor: this.supervisor.node.path }),
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

  private checkedGrants(grants: object): Readonly<Record<string, AnyCapability>> {
    for (const [need, grant] of Object.entries(grants)) {
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
    return grants as Readonly<Record<string, AnyCapability>>;
  }
}
