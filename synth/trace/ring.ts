/** Events of the kernel's trace, as they lie in its memory. */
import { limits } from '../../kernel/abi/index.js';

/** A message that somebody received, or a reply. Components and endpoints are numbers, as the kernel knows them. */
export interface TraceEvent {
  /** `call` waits for a reply, `send` does not, `fault` tells a supervisor, `reply` answers a call or a fault. */
  readonly kind: 'call' | 'send' | 'fault' | 'reply';
  /** When it was received, in nanoseconds since boot. */
  readonly time: number;
  /** When it was sent; of a reply, when the call was sent that it answers. */
  readonly sent: number;
  readonly from: number;
  readonly to: number;
  readonly endpoint?: number;
  readonly label: number;
  /** Bytes of the message. */
  readonly length: number;
  /** Rights of the capability that it was sent with. */
  readonly rights: number;
  /** Names a call and its reply; 0 where no reply is expected. */
  readonly token: bigint;
  /** The registers of the message, 64 bytes. */
  readonly bytes: Uint8Array;
}

const WORDS = 14;
/** Bytes of an event. */
export const eventSize = WORDS * 8;
const MESSAGE = 6 * 8;

const kinds = new Map<bigint, TraceEvent['kind']>([
  [limits.ORIGIN_CALL, 'call'],
  [limits.ORIGIN_SEND, 'send'],
  [limits.ORIGIN_FAULT, 'fault'],
]);

/** The event at an offset, as `kernel/src/trace.rs` writes it. */
export function readEvent(view: DataView, offset: number): TraceEvent {
  const word = (index: number): bigint => view.getBigUint64(offset + index * 8, true);
  const half = (index: number, high: number): number => view.getUint32(offset + index * 8 + high * 4, true);
  const message = word(4);
  const endpoint = half(3, 1);
  const isReply = BigInt(half(3, 0)) === limits.TRACE_REPLY;
  return {
    kind: isReply ? 'reply' : (kinds.get((message >> 48n) & 0xffn) ?? 'send'),
    time: Number(word(0)),
    sent: Number(word(1)),
    from: half(2, 0),
    to: half(2, 1),
    ...(endpoint === Number(limits.NONE) ? {} : { endpoint }),
    label: Number((message >> 16n) & 0xffffn),
    length: Number((message >> 8n) & 0xffn),
    rights: Number((message >> 32n) & 0xffffn),
    token: word(5),
    bytes: new Uint8Array(view.buffer, view.byteOffset + offset + MESSAGE, eventSize - MESSAGE).slice(),
  };
}

/** The places in a ring of `length` that hold the events from `told` up to `count`, as runs of first and number. */
export function ringRuns(told: number, count: number, length: number): { first: number; number: number }[] {
  // Older ones are overwritten.
  const start = Math.max(told, count - length);
  const first = start % length;
  const total = count - start;
  const before = Math.min(total, length - first);
  return [
    { first, number: before },
    { first: 0, number: total - before },
  ].filter(({ number }) => number > 0);
}
