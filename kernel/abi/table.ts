/**
 * The init capability table: what synth writes behind the kernel, and from which the kernel builds
 * every object and every capability. Little-endian; each record is a sequence of the fields below in
 * this order, without gaps, its size a multiple of 8. Sections are arrays of one kind of record.
 */

export type FieldType = 'u8' | 'u16' | 'u32' | 'u64';

export interface FieldDefinition {
  readonly type: FieldType;
  readonly doc: string;
}

export interface RecordDefinition {
  readonly doc: string;
  readonly fields: Readonly<Record<string, FieldDefinition>>;
}

const u16 = (doc: string) => ({ type: 'u16', doc }) as const;
const u32 = (doc: string) => ({ type: 'u32', doc }) as const;
const u64 = (doc: string) => ({ type: 'u64', doc }) as const;
const reserved = <T extends FieldType>(type: T) => ({ type, doc: 'must be 0' }) as const;

/** At the start of the table; the section directory follows it. */
export const header: RecordDefinition = {
  doc: 'First bytes of the table, which starts on a page boundary right behind the kernel.',
  fields: {
    magic: u64('“VERIDIAN”'),
    abi: u64('first 8 bytes, big-endian, of the ABI digest'),
    graph: u64('first 8 bytes, big-endian, of the graph digest'),
    size: u64('bytes of table and payload, from the magic on; a multiple of the page size'),
    version: u32('version of this outer layout'),
    sections: u32('entries of the section directory that follows'),
    payload: u64(
      'offset of the payload pages, page-aligned; SOURCE_IMAGE offsets count from the table’s start and lie at or behind this',
    ),
    annotation: u64('offset of the annotation (names and source lines; the kernel never reads it)'),
    annotation_size: u64('its bytes'),
    trace: u32('events of messages that the kernel keeps for a debugger; 0 for none, as synth writes it'),
    reserved: reserved('u32'),
    address_bits: u32('bits of an address that the machine’s port is to translate, where it has a choice; else 0'),
    page_size: u32('bytes of a page: all pages of the table are of this size'),
    record: u64(
      'offset of pages behind the payload in which the kernel notes which rights are used, page-aligned; 0 for none. The fast path is off where there are some',
    ),
  },
};

/** One entry of the section directory, in the order of `sections`. */
export const sectionEntry: RecordDefinition = {
  doc: 'Where a section lies.',
  fields: {
    offset: u32('from the table’s start; a multiple of 8'),
    count: u32('records in it'),
  },
};

export const sections = {
  zones: {
    doc: 'A memory zone with its budget.',
    fields: {
      kind: u32('ZONE_DMA, ZONE_NORMAL or ZONE_HIGH'),
      pages: u32('budget'),
      node: u32(
        'NUMA node that its memory comes from first, by the firmware’s number; NONE: that of the core that a component runs on',
      ),
      reserved: reserved('u32'),
    },
  },
  components: {
    doc: 'A component: one address space, one capability table, one thread.',
    fields: {
      entry: u64('address of the first instruction'),
      stack: u64('first stack pointer'),
      startup: u64('address of the startup block, passed to the entry point'),
      first_mapping: u32('index of its first record in `mappings`'),
      mappings: u32('how many'),
      first_capability: u32('index of its first record in `capabilities`'),
      capabilities: u32('how many'),
      slots: u32('size of its capability table'),
      priority: u32('0–199, lower is more urgent'),
      supervisor: u32('endpoint that is told of its faults, or NONE'),
      badge: u32('badge that fault messages carry'),
      zone: u32('zone that its private memory is charged to'),
      budget: u32('ticks that it may run in each period, real time alone; 0 for no limit'),
      period: u32('ticks of a period; 0 without a budget'),
      core: u32('number of the processor core that it runs on'),
    },
  },
  mappings: {
    doc: 'A run of pages in a component’s address space.',
    fields: {
      address: u64('page-aligned virtual address'),
      offset: u64('into the image, region, buffer or device range; page-aligned; 0 for SOURCE_ZERO and SOURCE_BUFFER'),
      pages: u32('length'),
      flags: u32('MAP_* bits; never write and execute at once'),
      source: u32('SOURCE_*'),
      object: u32('index of the region, DMA buffer or device range; NONE for image, zero pages and message buffer'),
    },
  },
  capabilities: {
    doc: 'A capability that a component holds from the start.',
    fields: {
      slot: u32('slot in the component’s table'),
      object: u32('index in the section of its kind'),
      badge: u32('what the receiver of its messages sees'),
      kind: u16('object kind'),
      rights: u16('rights'),
    },
  },
  endpoints: {
    doc: 'An endpoint.',
    fields: {
      notification: u32('notification whose bits are delivered to its receivers, or NONE'),
      reserved: reserved('u32'),
    },
  },
  notifications: {
    doc: 'A notification.',
    fields: {
      initial: u64('bits that are set at boot'),
    },
  },
  regions: {
    doc: 'A shared region.',
    fields: {
      pages: u32('length'),
      zone: u32('zone that it is charged to'),
    },
  },
  interrupts: {
    doc: 'An interrupt line.',
    fields: {
      bits: u64('bits that it sets in its notification'),
      line: u32('global line number of the interrupt controller'),
      notification: u32('notification that it signals'),
      trigger: u32('TRIGGER_*'),
      reserved: reserved('u32'),
    },
  },
  timers: {
    doc: 'A timer.',
    fields: {
      bits: u64('bits that it sets in its notification'),
      notification: u32('notification that it signals'),
      reserved: reserved('u32'),
    },
  },
  ports: {
    doc: 'A range of x86 I/O ports.',
    fields: {
      first: u32('first port'),
      count: u32('how many'),
    },
  },
  mmio: {
    doc: 'A range of device registers.',
    fields: {
      address: u64('page-aligned physical address'),
      pages: u32('length'),
      reserved: reserved('u32'),
    },
  },
  dma: {
    doc: 'A contiguous buffer for a device.',
    fields: {
      pages: u32('length'),
      zone: u32('zone that it is charged to'),
    },
  },
  pools: {
    doc: 'A memory pool.',
    fields: {
      pages: u32('budget'),
      zone: u32('zone that it is charged to'),
      regions: u32('regions that can be taken from it at the same time'),
      endpoints: u32('endpoints that can be made of it at the same time'),
      notifications: u32('notifications'),
      spaces: u32('address spaces'),
      threads: u32('threads'),
      cores: u32('a bit for each core that these may be put on, besides their maker’s'),
    },
  },
  power: {
    doc: 'The power switch; at most one.',
    fields: { reserved: reserved('u64') },
  },
  census: {
    doc: 'What every component holds; at most one.',
    fields: { reserved: reserved('u64') },
  },
  metrics: {
    doc: 'What the kernel counts; at most one.',
    fields: { reserved: reserved('u64') },
  },
} as const satisfies Readonly<Record<string, RecordDefinition>>;

export type SectionName = keyof typeof sections;

/**
 * The pages that the header’s `record` names: this, a note for each record of `capabilities` in their order, and a word
 * for each component in which the kernel keeps the note of the endpoint that it last received from.
 */
export const recordHeader: RecordDefinition = {
  doc: 'First bytes of the pages in which used rights are noted.',
  fields: {
    mark0: u64('with the three that follow: 32 bytes by which a host finds the pages; the kernel leaves them alone'),
    mark1: u64('see `mark0`'),
    mark2: u64('see `mark0`'),
    mark3: u64('see `mark0`'),
    lost: u64('uses that were not noted, because of capabilities derived through too many steps'),
    reserved: reserved('u64'),
  },
};

export const recordNote: RecordDefinition = {
  doc: 'Which rights of one capability were used: by its holder, or through what was derived from it.',
  fields: {
    rights: u64('the kernel’s rights'),
    labels: u64('labels of messages called or sent with it, a bit each; bit 63 for those from 63 on'),
  },
};

/**
 * What a component finds at the address that it is started with: a header, then one need after the other in the
 * order of the program’s own note. Synth writes it; the kernel does not know it.
 */
export const startupHeader: RecordDefinition = {
  doc: 'Start of the startup block.',
  fields: {
    needs: u64('entries that follow'),
    page_size: u64('bytes of a page of this machine'),
    buffer: u64('address of the component’s message buffer; 0 where it has none'),
    dynamic: u64('first address for what it maps while it runs, where it has a memory pool; else 0'),
  },
};

export const startupNeed: RecordDefinition = {
  doc: 'One need of the program and what it was granted.',
  fields: {
    token: u64('capability token'),
    address: u64('where a region, buffer or device range is mapped; 0 for others'),
    size: u64('bytes mapped, or ports in the range; 0 for others'),
    reserved: reserved('u64'),
  },
};
