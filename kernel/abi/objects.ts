/**
 * Kinds of kernel objects and the rights that a capability to each can carry.
 *
 * A right is a bit (0–15) of bits 48–63 of the seed's 64-bit token. The meaning of a bit depends on
 * the kind. Endpoints leave bits 4–15 to the interface that is spoken over them: the kernel only
 * narrows and reports those, the server half acts on them.
 */

/** One right of a kind: its bit and what it allows. */
export interface RightDefinition {
  readonly bit: number;
  readonly doc: string;
}

/** One kind of kernel object. `code` is what tables and the kernel use for it. */
export interface KindDefinition {
  readonly code: number;
  readonly doc: string;
  readonly rights: Readonly<Record<string, RightDefinition>>;
}

/** Bits of an endpoint's rights that belong to the interface: 12 rights for each interface at most. */
export const interfaceRights = { first: 4, count: 12 } as const;

export const kinds = {
  Endpoint: {
    code: 1,
    doc: 'A place where messages meet: clients call or send, servers receive.',
    rights: {
      receive: { bit: 0, doc: 'receive messages and reply to calls' },
      send: { bit: 1, doc: 'send a message without waiting for an answer' },
      call: { bit: 2, doc: 'send a message and wait for its reply' },
      delegate: { bit: 3, doc: 'pass a capability along with a message' },
    },
  },
  Notification: {
    code: 2,
    doc: '64 bits that are set by signals and taken, all at once, by a waiter.',
    rights: {
      signal: { bit: 0, doc: 'set bits' },
      wait: { bit: 1, doc: 'wait for bits and take them' },
    },
  },
  SharedRegion: {
    code: 3,
    doc: 'Memory that components map: from the boot table, or taken from a pool at run time.',
    rights: {
      read: { bit: 0, doc: 'map it readable' },
      write: { bit: 1, doc: 'map it writable' },
    },
  },
  Interrupt: {
    code: 4,
    doc: 'One line of the interrupt controller, bound to a notification.',
    rights: {
      acknowledge: { bit: 0, doc: 'let the line fire again' },
    },
  },
  IoPorts: {
    code: 5,
    doc: 'A range of x86 I/O ports.',
    rights: {
      read: { bit: 0, doc: 'read a port of the range' },
      write: { bit: 1, doc: 'write a port of the range' },
    },
  },
  Mmio: {
    code: 6,
    doc: "A device's registers in physical memory, mapped uncached.",
    rights: {
      read: { bit: 0, doc: 'map them readable' },
      write: { bit: 1, doc: 'map them writable' },
    },
  },
  Dma: {
    code: 7,
    doc: 'Contiguous memory whose physical address a driver may learn.',
    rights: {
      read: { bit: 0, doc: 'map it readable and learn its physical address' },
      write: { bit: 1, doc: 'map it writable and learn its physical address' },
    },
  },
  Power: {
    code: 8,
    doc: "The machine's power switch.",
    rights: {
      off: { bit: 0, doc: 'power the machine off with a code' },
      reset: { bit: 1, doc: 'reset the machine' },
    },
  },
  Census: {
    code: 9,
    doc: 'What every component of the system holds, at this moment.',
    rights: {
      read: { bit: 0, doc: 'be told of every component, capability and mapping' },
    },
  },
  Process: {
    code: 10,
    doc: 'A component, or a thread made at run time, as something that runs, ends and can be started anew.',
    rights: {
      wait: { bit: 0, doc: 'wait for its end and learn how it ended' },
      stop: { bit: 1, doc: 'end it' },
      restart: { bit: 2, doc: 'end it, if it has not ended, and start it anew' },
      schedule: { bit: 3, doc: 'set its priority, let it run, and take it off the processor' },
      block: { bit: 4, doc: 'block it, and end whatever it waits for' },
    },
  },
  MemoryPool: {
    code: 11,
    doc: 'A budget that memory is taken from, and objects are made of, at run time.',
    rights: {
      allocate: { bit: 0, doc: 'take regions from it, and page tables to map them with' },
      create: { bit: 1, doc: 'make endpoints and notifications out of it' },
      spawn: { bit: 2, doc: 'make address spaces and threads out of it' },
    },
  },
  AddressSpace: {
    code: 12,
    doc: 'An address space made at run time, with a capability table of its own: what a new process lives in.',
    rights: {
      map: { bit: 0, doc: 'map regions, and pages that the caller can only read or execute, in it' },
      grant: { bit: 1, doc: 'put capabilities in its table' },
      spawn: { bit: 2, doc: 'make threads in it' },
    },
  },
  Metrics: {
    code: 13,
    doc: 'What the kernel counts: switches of threads, messages, faults, time, free memory.',
    rights: {
      read: { bit: 0, doc: 'be told the counters of the system, its components, cores and pools' },
    },
  },
  Timer: {
    code: 14,
    doc: 'A moment that comes once, bound to a notification.',
    rights: {
      arm: { bit: 0, doc: 'say when it comes, or that it does not' },
    },
  },
} as const satisfies Readonly<Record<string, KindDefinition>>;

export type Kind = keyof typeof kinds;
export type Right<K extends Kind = Kind> = keyof (typeof kinds)[K]['rights'] & string;
