/** Numbers that both sides rely on. Addresses and sizes in bytes unless the name says otherwise. */
export const limits = {
  /** Bytes of the smallest page, which most machines have. */
  PAGE_SIZE: 4096n,
  /** Bytes of the largest. */
  MAX_PAGE_SIZE: 0x1_0000n,
  /** Message words that travel in registers: 64 bytes. */
  MESSAGE_WORDS: 8n,
  /** Length, in the word, of a message that lies in its sender’s message buffer; word 0 then is its length in bytes. */
  MESSAGE_LONG: 255n,
  /** Most bytes of such a message: what a message buffer holds. */
  MESSAGE_BUFFER_SIZE: 4096n,
  /** Slots of a capability table beyond those that the boot table fills. */
  SPARE_SLOTS: 16n,
  /** Slots of the capability table of an address space that is made at run time. */
  MADE_SLOTS: 32n,
  /** Endpoints, notifications, address spaces and threads that all pools together allow, of each kind. */
  MAX_MADE: 4096n,
  /** Largest capability table, in slots. */
  MAX_SLOTS: 4096n,
  MAX_COMPONENTS: 16384n,
  /** Objects of each kind. */
  MAX_OBJECTS: 65536n,
  MAX_CAPABILITIES: 262144n,
  MAX_MAPPINGS: 262144n,
  MAX_ZONES: 16n,
  /** NUMA nodes that are told apart. */
  MAX_NODES: 8n,
  /** Processor cores of a machine that are started. */
  MAX_CORES: 16n,
  /** Lines of the interrupt controller. */
  MAX_LINES: 1024n,
  /** Pages of one mapping: 1 GiB of the smallest. */
  MAX_MAPPING_PAGES: 262144n,
  /** Generation of every capability that the boot table makes. */
  FIRST_GENERATION: 1n,
  /** Lowest address that a component may map: a null pointer with an offset faults. */
  USER_BASE: 0x1_0000n,
  /** First address that a component may not map: the last page below the hole stays empty, because `syscall` there would return to a non-canonical address. */
  USER_END: 0x7fff_ffff_f000n,
  /** First address that no stack of a component’s first thread lies above (the seed’s layout). */
  STACK_TOP: 0x7fff_ffff_0000n,
  /** Default size of that stack. */
  STACK_SIZE: 0x8000n,
  /** Where programs are linked; synth moves them elsewhere. */
  PROGRAM_BASE: 0x40_0000n,
  /** First address behind what a program can be linked to. */
  PROGRAM_END: 0x2000_0000n,
  /** From here on shared regions, device registers and DMA buffers are mapped, in order of the program’s needs. */
  REGIONS_BASE: 0x10_0000_0000n,
  /** Where components map regions at run time. */
  DYNAMIC_BASE: 0x20_0000_0000n,
  DYNAMIC_END: 0x30_0000_0000n,
  /** Pages of a region that is taken from a pool or mapped at run time: what one call deals with. */
  MAX_RUN_PAGES: 64n,
  /** Stands for "none" in a 32-bit index. */
  NONE: 0xffff_ffffn,
  REALTIME_FIRST: 0n,
  REALTIME_LAST: 99n,
  INTERACTIVE_FIRST: 100n,
  INTERACTIVE_LAST: 139n,
  BATCH_FIRST: 140n,
  BATCH_LAST: 199n,
  /** Highest code for `power_off`. */
  POWER_CODE_MAX: 127n,
  /** Period of the scheduler’s tick, in nanoseconds. Timeouts round up to it. */
  TICK_NANOSECONDS: 1_000_000n,
  /** Longest period of a budget, in ticks. */
  MAX_PERIOD_TICKS: 65535n,
  /** "Wait for ever" as a timeout. */
  FOREVER: 0xffff_ffff_ffff_ffffn,
  /** Where a message came from: bits 48–55 of the word that `receive` returns. */
  ORIGIN_CALL: 0n,
  ORIGIN_SEND: 1n,
  ORIGIN_NOTIFICATION: 2n,
  ORIGIN_FAULT: 3n,
  /** Kinds of fault, word 0 of a fault message; word 1 is the address, word 2 the instruction pointer, word 3 the processor’s code. */
  FAULT_MEMORY: 1n,
  FAULT_INSTRUCTION: 2n,
  FAULT_ARITHMETIC: 3n,
  FAULT_PROTECTION: 4n,
  FAULT_BREAKPOINT: 5n,
  FAULT_OTHER: 6n,
  /** Reply labels to a fault message. */
  FAULT_REPLY_RESUME: 0n,
  FAULT_REPLY_STOP: 1n,
  /** Reply labels of interface protocols: labels of an interface’s own errors start after these. */
  REPLY_OK: 0n,
  REPLY_DENIED: 1n,
  REPLY_UNKNOWN_METHOD: 2n,
  REPLY_MALFORMED: 3n,
  REPLY_FIRST_ERROR: 16n,
  /** How a process ended, bits 32–39 of what `process_wait` tells; below are the exit code, or the kind of fault. */
  EXIT_NORMAL: 0n,
  EXIT_CRASH: 1n,
  EXIT_STOPPED: 2n,
  /** Capabilities, and pages that are mapped through them, that one step of a call deals with before it answers `Unfinished`. */
  STEP: 32n,
  /** Mapping flags. */
  MAP_READ: 1n,
  MAP_WRITE: 2n,
  MAP_EXECUTE: 4n,
  MAP_DEVICE: 8n,
  /** What backs a mapping. */
  SOURCE_IMAGE: 0n,
  SOURCE_ZERO: 1n,
  SOURCE_REGION: 2n,
  SOURCE_DMA: 3n,
  SOURCE_MMIO: 4n,
  SOURCE_BUFFER: 5n,
  /** Kinds of record that `census_read` tells. */
  CENSUS_NOTHING: 0n,
  CENSUS_COMPONENT: 1n,
  CENSUS_CAPABILITY: 2n,
  CENSUS_MAPPING: 3n,
  CENSUS_SPACE: 4n,
  /** Events of the trace that the kernel keeps at most, and the kinds of event. */
  MAX_TRACE_EVENTS: 65536n,
  TRACE_MESSAGE: 1n,
  TRACE_REPLY: 2n,
  /** What `kernel_metrics` tells of. */
  METRICS_SYSTEM: 0n,
  METRICS_COMPONENT: 1n,
  METRICS_CORE: 2n,
  METRICS_POOL: 3n,
  /** What a component is doing: it has ended, it could run, or it waits. */
  CENSUS_STATE_STOPPED: 0n,
  CENSUS_STATE_READY: 1n,
  CENSUS_STATE_BLOCKED: 2n,
  /** Kinds of memory zone. */
  ZONE_DMA: 0n,
  ZONE_NORMAL: 1n,
  ZONE_HIGH: 2n,
  /** Interrupt trigger modes. */
  TRIGGER_EDGE: 0n,
  TRIGGER_LEVEL: 1n,
} as const satisfies Readonly<Record<string, bigint>>;

/** "VERIDIAN" in ASCII, little-endian. */
export const tableMagic = 0x4e41_4944_4952_4556n;

/** Version of the boot table’s outer layout; the digest covers everything else. */
export const tableVersion = 1;

/** Name and type of the ELF note that lists a program’s needs. */
export const note = { name: 'Veridian', type: 1, section: '.note.veridian' } as const;
