/**
 * System calls: number, arguments, results, rights and errors, in one list.
 *
 * Numbers below `blockingLimit` may block or carry a message: the kernel keeps all eight message
 * words for them. Those from it on return at once.
 */
import type { ErrorName } from './errors.js';
import type { Kind } from './objects.js';

export interface SystemCall {
  readonly number: number;
  readonly doc: string;
  /** Kind of object that the token argument must name; absent where the call takes no token. */
  readonly object?: Kind | 'any';
  /** Rights of that kind that the token must carry. */
  readonly rights?: readonly string[];
  /** Arguments by register (`token`, `word`, `a`, `b`, `c`, `words`), each with its meaning and unit. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, string>>;
  readonly errors: readonly ErrorName[];
}

export const blockingLimit = 16;

const lookup = ['BadToken', 'StaleToken', 'WrongKind', 'MissingRight'] as const;
const timeout = 'timeout in nanoseconds; 0 polls, 2^64−1 waits for ever';
const transfer = ['NoBuffer', 'TableFull'] as const;
const message = 'the message';

export const systemCalls = {
  call: {
    number: 0,
    doc: 'Sends a message to a server and waits for its reply. The server runs at once, at the caller’s priority if that is higher than its own.',
    object: 'Endpoint',
    rights: ['call'],
    arguments: {
      token: 'the endpoint',
      word: 'label and length of the message',
      a: timeout,
      c: 'a capability to pass along (needs the right `delegate`), by a token with the rights to pass; or 0',
      words: message,
    },
    results: { word: 'label and length of the reply', c: 'the capability received, or 0', words: 'the reply' },
    errors: [...lookup, 'BadArgument', 'TimedOut', 'PeerGone', ...transfer],
  },
  reply_receive: {
    number: 1,
    doc: 'Replies to a caller and waits for the next message on an endpoint: a server’s loop in one system call.',
    object: 'Endpoint',
    rights: ['receive'],
    arguments: {
      token: 'the endpoint to receive from',
      word: 'label and length of the reply',
      a: timeout,
      b: 'reply token, or 0 for none',
      c: 'a capability to pass with the reply, by a token with the rights to pass; or 0',
      words: 'the reply',
    },
    results: {
      word: 'status, length, label, the sender’s rights and the origin of the message',
      token: 'badge of the sender',
      b: 'reply token, 0 if no reply is expected',
      c: 'the capability received, or 0',
      words: message,
    },
    errors: [...lookup, 'BadArgument', 'TimedOut', 'BadReply', ...transfer],
  },
  receive: {
    number: 2,
    doc: 'Waits for a message on an endpoint, or for the notification that is bound to it.',
    object: 'Endpoint',
    rights: ['receive'],
    arguments: { token: 'the endpoint', a: timeout },
    results: {
      word: 'status, length, label, the sender’s rights and the origin of the message',
      token: 'badge of the sender',
      b: 'reply token, 0 if no reply is expected',
      c: 'the capability received, or 0',
      words: message,
    },
    errors: [...lookup, 'TimedOut', ...transfer],
  },
  send: {
    number: 3,
    doc: 'Sends a message and waits until somebody has received it, but for no reply.',
    object: 'Endpoint',
    rights: ['send'],
    arguments: {
      token: 'the endpoint',
      word: 'label and length of the message',
      a: timeout,
      c: 'a capability to pass along (needs the right `delegate`), by a token with the rights to pass; or 0',
      words: message,
    },
    results: {},
    errors: [...lookup, 'BadArgument', 'TimedOut', 'PeerGone', ...transfer],
  },
  reply: {
    number: 4,
    doc: 'Answers one call. A reply token works once.',
    arguments: {
      word: 'label and length of the reply',
      b: 'reply token',
      c: 'a capability to pass with the reply, by a token with the rights to pass; or 0',
      words: 'the reply',
    },
    results: {},
    errors: ['BadReply', 'BadArgument', 'BadToken', 'StaleToken', 'MissingRight', ...transfer],
  },
  wait: {
    number: 5,
    doc: 'Waits until a notification has bits set, and takes them all.',
    object: 'Notification',
    rights: ['wait'],
    arguments: { token: 'the notification', a: timeout },
    results: { token: 'the bits' },
    errors: [...lookup, 'TimedOut'],
  },
  sleep: {
    number: 6,
    doc: 'Blocks the calling thread for a time.',
    arguments: { a: 'time in nanoseconds' },
    results: {},
    errors: [],
  },
  yield_cpu: {
    number: 7,
    doc: 'Lets another ready thread of the same priority run.',
    arguments: {},
    results: {},
    errors: [],
  },
  exit: {
    number: 8,
    doc: 'Ends the calling component. Whoever waits for a reply from it gets `PeerGone`.',
    arguments: { token: 'exit code' },
    results: {},
    errors: [],
  },
  process_wait: {
    number: 10,
    doc: 'Waits until a process has ended.',
    object: 'Process',
    rights: ['wait'],
    arguments: { token: 'the process, another than the caller’s', a: timeout },
    results: { token: 'exit code or kind of fault (bits 0–31), EXIT_* (bits 32–39)' },
    errors: [...lookup, 'BadArgument', 'TimedOut'],
  },
  census_read: {
    number: 9,
    doc: 'Tells one thing that some component holds, and where to go on: what the kernel obeys at this moment, capability tables and page tables, not the boot table. The work of one call is bounded: one that found nothing in its share answers a record of kind CENSUS_NOTHING.',
    object: 'Census',
    rights: ['read'],
    arguments: { token: 'the census', a: 'cursor: 0 to start, then what the call before answered' },
    results: {
      word: 'label: a CENSUS_* kind of record',
      token: 'the next cursor, 0 at the end',
      words:
        'word 0 the component; CENSUS_COMPONENT: 1 priority, 2 slots of its table, 3 supervisor (index, or NONE), 4 fault badge, 5 CENSUS_STATE_*; CENSUS_CAPABILITY: 1 slot, 2 kind (bits 0–15), rights (16–31) and generation (32–47), 3 object (index), 4 badge, 5 parent (slot in bits 0–31, component in 32–63; all ones for none); CENSUS_MAPPING: 1 address, 2 pages, 3 MAP_* flags, 4 physical address',
    },
    errors: [...lookup, 'BadArgument'],
  },
  null: {
    number: 16,
    doc: 'Does nothing: the cost of entering and leaving the kernel.',
    arguments: {},
    results: {},
    errors: [],
  },
  signal: {
    number: 17,
    doc: 'Sets bits of a notification and wakes a waiter.',
    object: 'Notification',
    rights: ['signal'],
    arguments: { token: 'the notification', a: 'bits to set' },
    results: {},
    errors: [...lookup],
  },
  interrupt_acknowledge: {
    number: 18,
    doc: 'Unmasks an interrupt line after its driver has handled it.',
    object: 'Interrupt',
    rights: ['acknowledge'],
    arguments: { token: 'the interrupt' },
    results: {},
    errors: [...lookup],
  },
  port_read: {
    number: 19,
    doc: 'Reads an I/O port.',
    object: 'IoPorts',
    rights: ['read'],
    arguments: { token: 'the port range', a: 'offset into the range', b: 'width in bytes: 1, 2 or 4' },
    results: { token: 'the value' },
    errors: [...lookup, 'BadArgument'],
  },
  port_write: {
    number: 20,
    doc: 'Writes an I/O port.',
    object: 'IoPorts',
    rights: ['write'],
    arguments: { token: 'the port range', a: 'offset into the range', b: 'width in bytes: 1, 2 or 4', c: 'the value' },
    results: {},
    errors: [...lookup, 'BadArgument'],
  },
  dma_address: {
    number: 21,
    doc: 'Tells the physical address of a DMA buffer.',
    object: 'Dma',
    arguments: { token: 'the buffer' },
    results: { token: 'physical address of its first byte' },
    errors: ['BadToken', 'StaleToken', 'WrongKind'],
  },
  capability_derive: {
    number: 22,
    doc: 'Makes a capability to the same object with the same or fewer rights, as a child of the one given.',
    object: 'any',
    arguments: { token: 'the parent', a: 'rights of the child, a subset of the parent’s' },
    results: { token: 'the child' },
    errors: ['BadToken', 'StaleToken', 'MissingRight', 'TableFull'],
  },
  capability_validate: {
    number: 23,
    doc: 'Asks whether a token names a capability of the caller that carries certain rights.',
    object: 'any',
    arguments: { token: 'the capability', a: 'rights asked for' },
    results: { token: 'kind of the object' },
    errors: ['BadToken', 'StaleToken', 'MissingRight'],
  },
  capability_revoke: {
    number: 24,
    doc: 'Deletes every capability derived from this one, wherever it went. The one given stays.',
    object: 'any',
    arguments: { token: 'the capability' },
    results: {},
    errors: ['BadToken', 'StaleToken', 'Unfinished'],
  },
  capability_drop: {
    number: 25,
    doc: 'Revokes a capability’s descendants and deletes it from the caller’s table.',
    object: 'any',
    arguments: { token: 'the capability' },
    results: {},
    errors: ['BadToken', 'StaleToken', 'Unfinished'],
  },
  power_off: {
    number: 26,
    doc: 'Powers the machine off.',
    object: 'Power',
    rights: ['off'],
    arguments: { token: 'the power switch', a: 'code told to the outside, 0–127' },
    results: {},
    errors: [...lookup, 'BadArgument'],
  },
  power_reset: {
    number: 27,
    doc: 'Resets the machine.',
    object: 'Power',
    rights: ['reset'],
    arguments: { token: 'the power switch' },
    results: {},
    errors: [...lookup],
  },
  clock: {
    number: 28,
    doc: 'Tells the time since boot.',
    arguments: {},
    results: { token: 'nanoseconds' },
    errors: [],
  },
  process_stop: {
    number: 29,
    doc: 'Ends a process. Whoever waits for an answer from it gets `PeerGone`.',
    object: 'Process',
    rights: ['stop'],
    arguments: { token: 'the process, another than the caller’s' },
    results: {},
    errors: [...lookup, 'BadArgument'],
  },
  process_restart: {
    number: 30,
    doc: 'Starts a process anew from the boot table: its memory, its capabilities and its one thread as they were at boot. What it derived from its capabilities is gone wherever it went.',
    object: 'Process',
    rights: ['restart'],
    arguments: { token: 'the process, another than the caller’s' },
    results: {},
    errors: [...lookup, 'BadArgument', 'Unfinished'],
  },
  allocate_frames: {
    number: 31,
    doc: 'Takes zeroed memory from a pool, as a region of which the caller gets a capability with the rights to read and write. It goes back to the pool when that capability is dropped or revoked.',
    object: 'MemoryPool',
    rights: ['allocate'],
    arguments: { token: 'the pool', a: 'pages, 1–64, which lie side by side' },
    results: { token: 'the region' },
    errors: [...lookup, 'BadArgument', 'NoMemory', 'TableFull'],
  },
  map_page: {
    number: 32,
    doc: 'Maps a region, whole, into the caller’s address space, where nothing is mapped. Each capability maps at one place at a time; the mapping goes when the capability does.',
    object: 'SharedRegion',
    rights: ['read'],
    arguments: {
      token: 'the region, of up to 64 pages',
      a: 'address, page-aligned, from DYNAMIC_BASE up to DYNAMIC_END',
      b: 'MAP_READ, or MAP_READ and MAP_WRITE together (needs the right `write`)',
      c: 'the pool that page tables are charged to, with the right `allocate`',
    },
    results: {},
    errors: [...lookup, 'BadArgument', 'NoMemory'],
  },
  unmap_page: {
    number: 33,
    doc: 'Takes the mapping away that was made through this capability.',
    object: 'SharedRegion',
    arguments: { token: 'the region' },
    results: {},
    errors: ['BadToken', 'StaleToken', 'WrongKind', 'BadArgument'],
  },
  free_frames: {
    number: 34,
    doc: 'Gives a region back to its pool, after every capability derived from it and every mapping made through them is gone.',
    object: 'SharedRegion',
    rights: ['read', 'write'],
    arguments: { token: 'the region, by the capability that `allocate_frames` made' },
    results: {},
    errors: [...lookup, 'BadArgument', 'Unfinished'],
  },
} as const satisfies Readonly<Record<string, SystemCall>>;

export type SystemCallName = keyof typeof systemCalls;
