/**
 * The SystemGraph: everything that is known of a system, in one canonical JSON document. Constructs
 * write it; checks, layout, diff and reports read it, and nothing else of the construct tree.
 *
 * It has no path of the machine that it was made on, no clock and no random number: two graphs can be
 * compared on any day.
 */
import * as z from 'zod';
import { limits } from '../../kernel/abi/limits.js';

/** Name and version of the schema. A reader refuses one that it does not know, by name. */
export const graphVersion = 'veridian.graph/1';

/** A construct path, such as `shop/web`; its first part is the system's id. */
const path = z.string().min(1);

/** Name of a need, method, field or right, as Rust and TypeScript both take it. */
const identifier = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/);

/** Bytes, addresses and counts that a double holds exactly. */
const count = z.int().nonnegative();

/** The line that declared something, relative to the project's root, with `/` between folders. */
export const Source = z.strictObject({ file: z.string(), line: count, column: count.optional() });

/** What a field of a message may be; `max` is in bytes of UTF-8. */
export const FieldType = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'bool']) }),
  z.strictObject({
    type: z.enum(['text', 'bytes']),
    max: z
      .int()
      .min(1)
      .max(Number(limits.MESSAGE_BUFFER_SIZE) - 2),
  }),
]);

const Field = z.strictObject({ name: identifier, value: FieldType });

/** A method: `label` is its number on the wire, `right` the right that a caller needs. */
export const Method = z.strictObject({
  name: identifier,
  label: count,
  right: identifier,
  /** A one-way method is sent, not called, and has no response. */
  oneway: z.boolean(),
  request: z.array(Field),
  response: z.array(Field),
});

/** `rights[i]` is bit `interfaceRights.first + i` of an endpoint capability’s rights. */
export const Interface = z.strictObject({
  name: identifier,
  rights: z.array(identifier).max(12),
  methods: z.array(Method),
});

/**
 * A kind as types and graphs name it: a kernel kind (`Notification`), an interface (`Greeter`: the
 * client end of an endpoint), or `Server<Greeter>` (its server end).
 */
export const KindName = z.string().regex(/^([A-Za-z][A-Za-z0-9_]*|Server<[A-Za-z][A-Za-z0-9_]*>)$/);

/** What a program asks for, as its own manifest says. */
export const Need = z.strictObject({
  name: identifier,
  kind: KindName,
  rights: z.array(identifier),
  /** The program does without it as well. */
  optional: z.literal(true).optional(),
  source: Source,
});

/**
 * A native program. `file` is where its ELF is, relative to the project's root, or `veridian:NAME` for
 * one that comes with Veridian. Synth reads the binary and fills `sha256` and the needs that it says itself.
 */
export const Program = z.strictObject({
  name: z.string().min(1),
  file: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  needs: z.array(Need),
});

export const Machine = z.strictObject({
  name: z.string(),
  arch: z.enum(['x86_64', 'aarch64', 'riscv64']),
  memory: count,
  cores: z.int().min(1),
  /** What the board is made with where there is a choice. */
  options: z.record(z.string(), z.string()).optional(),
  source: Source,
});

const base = { path, source: Source };

export const ZoneKind = z.enum(['dma', 'normal', 'high']);

/** How many objects of each kind can be made of a pool at the same time. */
export const PoolMakes = z.strictObject({ endpoints: count, notifications: count, spaces: count, threads: count });

/** Everything that has a path. Sizes and addresses are in bytes. */
export const Node = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('MemoryZone'),
    kind: ZoneKind,
    size: count,
    /** The node near the core of whom it is for, where it does not say; of what has no core, 0. */
    numaNode: z.int().min(0).max(7).optional(),
  }),
  z.strictObject({
    ...base,
    type: z.literal('Component'),
    /** Component, or the sort of it: an engineer reads it, no check depends on it. */
    role: z.enum(['component', 'driver', 'service']),
    program: z.string(),
    class: z.enum(['realtime', 'interactive', 'batch']),
    priority: z.int(),
    stack: count,
    zone: path,
    /** The processor core that it runs on; 0 where it does not say. */
    core: z.int().min(1).optional(),
    /** Path of the endpoint that is told of its faults. */
    supervisor: path.optional(),
    /** Nanoseconds that the kernel lets it run in each period; real time alone. */
    budget: z.strictObject({ time: count, period: count }).optional(),
  }),
  z.strictObject({
    ...base,
    type: z.literal('Endpoint'),
    interface: identifier,
    /** Path of the notification that is delivered to its receivers. */
    notification: path.optional(),
  }),
  z.strictObject({ ...base, type: z.literal('Notification') }),
  z.strictObject({ ...base, type: z.literal('SharedRegion'), size: count, zone: path }),
  z.strictObject({
    ...base,
    type: z.literal('Interrupt'),
    line: count,
    trigger: z.enum(['edge', 'level']),
    notification: path,
    /** Which of the notification’s 64 bits it sets. */
    bit: z.int().min(0).max(63),
  }),
  z.strictObject({
    ...base,
    type: z.literal('Timer'),
    notification: path,
    /** Which of the notification’s 64 bits it sets. */
    bit: z.int().min(0).max(63),
  }),
  z.strictObject({ ...base, type: z.literal('IoPorts'), first: count, count }),
  z.strictObject({ ...base, type: z.literal('Mmio'), address: count, size: count }),
  z.strictObject({ ...base, type: z.literal('Dma'), size: count, zone: path }),
  /** Memory to take at run time: `regions` runs at the same time. */
  z.strictObject({
    ...base,
    type: z.literal('MemoryPool'),
    size: count,
    regions: z.int().min(1),
    /** Objects to make at run time; absent where there are none. */
    makes: PoolMakes.optional(),
    /** Cores that threads made of it may be put on; absent where they stay on their maker’s. */
    cores: z.array(count).min(1).optional(),
    zone: path,
  }),
  z.strictObject({ ...base, type: z.literal('Power') }),
  z.strictObject({ ...base, type: z.literal('Census') }),
  z.strictObject({ ...base, type: z.literal('Metrics') }),
]);

/** A grant: `subject` holds `rights` on `object` under the name of its need. */
export const Edge = z.strictObject({
  subject: path,
  need: identifier,
  object: path,
  kind: KindName,
  rights: z.array(identifier),
  source: Source,
});

/** One step of a witness that a rule of a user's own shows: a grant or whatever else leads on. */
const Step = z.strictObject({ text: z.string().min(1), source: Source.optional() });

/** What a rule of a user’s own found when the definition ran. */
export const Violation = z.strictObject({
  message: z.string().min(1),
  path: path.optional(),
  source: Source.optional(),
  steps: z.array(Step).optional(),
  help: z.string().optional(),
});

const rule = { name: z.string().min(1), source: Source };
/** Constructs that a rule is about: each path stands for itself and for everything below it. */
const paths = z.array(path).min(1);
const rights = z.array(identifier).min(1).optional();

/**
 * A rule for the system, beside it. It grants nothing: a system with other rules is the same system, with
 * the same digest and image.
 */
export const Policy = z.discriminatedUnion('rule', [
  z.strictObject({ ...rule, rule: z.literal('cannotReach'), from: path, to: path, rights }),
  z.strictObject({ ...rule, rule: z.literal('onlyVia'), from: path, gateway: path, to: path, rights }),
  z.strictObject({ ...rule, rule: z.literal('noSharedWriters'), region: path }),
  z.strictObject({ ...rule, rule: z.literal('noDma'), paths }),
  z.strictObject({ ...rule, rule: z.literal('isolated'), groups: z.array(paths).min(2) }),
  z.strictObject({ ...rule, rule: z.literal('maxHolders'), object: path, max: count, rights }),
  /** A function of the user’s, which ran with the definition: what is left is what it found. */
  z.strictObject({ ...rule, rule: z.literal('own'), violations: z.array(Violation) }),
]);

/**
 * What is declared of a component’s times, in nanoseconds. Like rules it grants nothing and stands beside the system:
 * with other times it is the same system, with the same digest and image.
 */
export const Timing = z.strictObject({
  component: path,
  source: Source,
  /** Work that comes again after `period`, or later. */
  task: z.strictObject({ period: count, worstCase: count, deadline: count }).optional(),
  /** Most time for one call with this right through this need. */
  serves: z.array(z.strictObject({ need: identifier, right: identifier, worstCase: count })),
  /** How often it calls through a need, in each period and for each call that it serves; others once. */
  calls: z.array(z.strictObject({ need: identifier, count })),
});

/** A finding that somebody has looked at and takes the responsibility for, until a day. */
export const Acknowledgement = z.strictObject({
  code: z.string().regex(/^VRD\d{4}$/),
  path,
  reason: z.string().min(1),
  expires: z.iso.date(),
  source: Source,
});

/**
 * The seed that addresses in components follow from, or false for the same ones in every system.
 * Without it the seed is the system’s path.
 */
export const Aslr = z.union([z.literal(false), z.string().min(1)]);

export const SystemGraph = z.strictObject({
  schema: z.literal(graphVersion),
  system: z.string().min(1),
  source: Source,
  machine: Machine,
  aslr: Aslr.optional(),
  interfaces: z.array(Interface),
  programs: z.array(Program),
  nodes: z.array(Node),
  edges: z.array(Edge),
  policies: z.array(Policy).optional(),
  acknowledgements: z.array(Acknowledgement).optional(),
  timings: z.array(Timing).optional(),
});

export type Source = z.infer<typeof Source>;
export type FieldType = z.infer<typeof FieldType>;
export type Method = z.infer<typeof Method>;
export type Interface = z.infer<typeof Interface>;
export type Need = z.infer<typeof Need>;
export type Program = z.infer<typeof Program>;
export type Machine = z.infer<typeof Machine>;
export type PoolMakes = z.infer<typeof PoolMakes>;
export type Node = z.infer<typeof Node>;
export type NodeType = Node['type'];
export type NodeOf<T extends NodeType> = Extract<Node, { type: T }>;
export type Edge = z.infer<typeof Edge>;
export type Violation = z.infer<typeof Violation>;
export type Policy = z.infer<typeof Policy>;
export type Timing = z.infer<typeof Timing>;
export type Acknowledgement = z.infer<typeof Acknowledgement>;
export type SystemGraph = z.infer<typeof SystemGraph>;
