/** Events of the trace as messages between named components. */
import type { Interface } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';
import type { Declared } from '../verify/index.js';
import { decodeFields, failureOf } from './message.js';
import type { TraceEvent } from './ring.js';

/** A message, told in names. */
export interface TracedMessage {
  readonly kind: TraceEvent['kind'];
  /** Nanoseconds since boot. */
  readonly time: number;
  readonly sent: number;
  /** Paths of components, without the system's own name; `thread 2` for one that was made at run time. */
  readonly from: string;
  readonly to: string;
  /** Path of the endpoint, without the system's own name; of a reply, that of its call. */
  readonly endpoint?: string;
  /** The method, or what stands for it where the interface knows none. */
  readonly method: string;
  /** What it carries: fields by name, as text. */
  readonly fields: Readonly<Record<string, string>>;
  /** What a reply says when it tells no result. */
  readonly failure?: string;
  /** Of a reply: when the call was received that it answers. */
  readonly received?: number;
  /** Names a call and its reply among all. */
  readonly token: bigint;
}

const faults = new Map<bigint, string>([
  [limits.FAULT_MEMORY, 'memory'],
  [limits.FAULT_INSTRUCTION, 'instruction'],
  [limits.FAULT_ARITHMETIC, 'arithmetic'],
  [limits.FAULT_PROTECTION, 'protection'],
  [limits.FAULT_BREAKPOINT, 'breakpoint'],
  [limits.FAULT_OTHER, 'other'],
]);

/** Calls whose reply may still come are remembered; a thread has one at a time. */
interface Open {
  readonly event: TraceEvent;
  readonly method: Interface['methods'][number] | undefined;
  readonly name: string;
}

/** Tells events, in their order, in the names of a system. */
export class Story {
  readonly #components: readonly string[];
  readonly #endpoints: readonly { readonly path: string; readonly spoken: Interface | undefined }[];
  /** The last call of each thread, by the thread's number. */
  readonly #open = new Map<number, Open>();

  constructor({ graph, components, names }: Declared) {
    const short = (path: string): string => path.slice(path.indexOf('/') + 1);
    const interfaces = new Map(graph.interfaces.map((one) => [one.name, one]));
    this.#components = components.map(({ path }) => short(path));
    this.#endpoints = names.endpoints.map((one) => ({ path: short(one.path), spoken: interfaces.get(one.interface) }));
  }

  tell(event: TraceEvent): TracedMessage {
    const { kind, time, sent, token } = event;
    const [from, to] = [this.#name(event.from), this.#name(event.to)];
    const common = { kind, time, sent, from, to, token };
    if (kind === 'reply') return { ...common, ...this.#reply(event) };
    const at = event.endpoint === undefined ? undefined : this.#endpoints[event.endpoint];
    const endpoint = at?.path ?? (event.endpoint === undefined ? undefined : `endpoint ${event.endpoint}`);
    const method = kind === 'fault' ? undefined : at?.spoken?.methods.find(({ label }) => label === event.label);
    const name = kind === 'fault' ? 'fault' : (method?.name ?? `label ${event.label}`);
    if (kind !== 'send') this.#open.set(event.from, { event, method, name });
    return {
      ...common,
      ...(endpoint === undefined ? {} : { endpoint }),
      method: name,
      fields: kind === 'fault' ? faultFields(event) : fieldsOf(method?.request, event),
    };
  }

  /** A component, or a thread made at run time, which count on behind the components. */
  #name(thread: number): string {
    return this.#components[thread] ?? `thread ${thread - this.#components.length}`;
  }

  #reply(event: TraceEvent): Pick<TracedMessage, 'method' | 'fields' | 'failure' | 'endpoint' | 'received'> {
    const open = this.#open.get(event.to);
    if (open?.event.token !== event.token) return { method: 'call', fields: {} };
    this.#open.delete(event.to);
    const at = open.event.endpoint === undefined ? undefined : this.#endpoints[open.event.endpoint]?.path;
    const isFault = open.event.kind === 'fault';
    const failure = isFault ? undefined : failureOf(event.label);
    const decided = BigInt(event.label) === limits.FAULT_REPLY_RESUME ? 'resume' : 'stop';
    return {
      method: open.name,
      received: open.event.time,
      ...(at === undefined ? {} : { endpoint: at }),
      ...(failure === undefined ? {} : { failure }),
      fields: isFault ? { decision: decided } : failure === undefined ? fieldsOf(open.method?.response, event) : {},
    };
  }
}

function fieldsOf(
  fields: Interface['methods'][number]['request'] | undefined,
  event: TraceEvent,
): TracedMessage['fields'] {
  const known = fields && decodeFields(fields, event.bytes, event.length);
  if (known || event.length === 0) return known ?? {};
  if (BigInt(event.length) === limits.MESSAGE_LONG) {
    // It lies in a buffer of its sender's, which may hold another by now.
    const view = new DataView(event.bytes.buffer, event.bytes.byteOffset);
    return { long: `${view.getBigUint64(0, true)} bytes` };
  }
  // Nobody has said what it means.
  return { bytes: Buffer.from(event.bytes.subarray(0, event.length)).toString('hex') };
}

function faultFields({ bytes }: TraceEvent): TracedMessage['fields'] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hex = (index: number): string => `0x${view.getBigUint64(index * 8, true).toString(16)}`;
  return { kind: faults.get(view.getBigUint64(0, true)) ?? 'unknown', address: hex(1), instruction: hex(2) };
}
