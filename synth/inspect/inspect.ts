/** Reads an image back to the graph that it was made from. */
import {
  canonicalGraph,
  type Edge,
  graphDigest,
  graphVersion,
  type Node,
  type PoolMakes,
  SystemGraph,
} from '../../constructs/graph/index.js';
import { kinds, limits } from '../../kernel/abi/index.js';
import { ElfError } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { tableIn } from '../image/index.js';
import {
  Annotation,
  type DecodedTable,
  decodeTable,
  endpointRights,
  kernelRights,
  type SectionRecord,
  TableError,
} from '../layout/index.js';

/** What an image holds. */
export interface Inspected {
  readonly graph: SystemGraph;
  /** Digest of the graph that the image says it was made from: 16 hexadecimal digits. */
  readonly stated: string;
  /** Whether the graph that the table really grants is that one. */
  readonly intact: boolean;
  /** ABI, 16 hexadecimal digits. */
  readonly abi: string;
  /** Bytes of table and payload. */
  readonly size: number;
}

const none = Number(limits.NONE);
const writable = Number(limits.MAP_WRITE);
const executable = Number(limits.MAP_EXECUTE);
const tick = Number(limits.TICK_NANOSECONDS);
const zoneKinds = ['dma', 'normal', 'high'] as const;
const triggers = ['edge', 'level'] as const;
const kindNames = new Map<number, keyof typeof kinds>(
  Object.entries(kinds).map(([name, { code }]) => [code, name as keyof typeof kinds]),
);
const tableProblems = {
  foreign: ['VRD0501', 'name an image that `veridian synth` wrote, such as veridian.out/hello/image.elf'],
  other: ['VRD0502', 'read it with the version of Veridian that wrote it, or synthesize it again'],
  damaged: ['VRD0503', 'synthesize it again'],
} as const;

function damaged(what: string): TableError {
  return new TableError('damaged', what);
}

/** Decodes the bytes of an image. Throws a `ToolError` that says what is wrong with it. */
export function inspectImage(image: Uint8Array, name = 'image'): Inspected {
  try {
    return readImage(image);
  } catch (error) {
    const known =
      error instanceof TableError
        ? { problem: error.problem, message: error.message }
        : error instanceof ElfError
          ? {
              problem: error.problem === 'truncated' ? ('damaged' as const) : ('foreign' as const),
              message: `it ${error.message}`,
            }
          : undefined;
    if (!known) throw error;
    const [code, help] = tableProblems[known.problem];
    throw new ToolError({ code, message: `${name} cannot be read: ${known.message}`, help });
  }
}

function readImage(image: Uint8Array): Inspected {
  const segment = tableIn(image);
  if (!segment) throw new TableError('foreign', 'there is no init capability table in it');
  const table = decodeTable(segment.data);
  const graph = new Decoder(table, readAnnotation(table)).graph();
  const stated = table.graph.toString(16).padStart(16, '0');
  return {
    graph,
    stated,
    intact: graphDigest(graph).slice(0, 16) === stated,
    abi: table.abi.toString(16).padStart(16, '0'),
    size: table.size,
  };
}

function readAnnotation({ annotation }: DecodedTable): Annotation {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(annotation));
  } catch {
    throw damaged('its names are unreadable');
  }
  const { success, data } = Annotation.safeParse(value);
  if (!success) throw damaged('its names are incomplete');
  return data;
}

type Component = SectionRecord<'components'>;

class Decoder {
  readonly #table: DecodedTable;
  readonly #names: Annotation;

  constructor(table: DecodedTable, names: Annotation) {
    this.#table = table;
    this.#names = names;
  }

  graph(): SystemGraph {
    const { system, source, machine, aslr, interfaces, programs } = this.#names;
    const graph = SystemGraph.safeParse(
      canonicalGraph({
        schema: graphVersion,
        system,
        source,
        machine,
        ...(aslr === undefined ? {} : { aslr }),
        interfaces,
        programs,
        nodes: this.#nodes(),
        edges: this.#table.sections.components.flatMap((component, index) => this.#edges(component, index)),
      }),
    );
    if (!graph.success) throw damaged(`what it holds is no graph: ${graph.error.issues[0]?.message}`);
    return graph.data;
  }

  /** Each record of a section with its name. */
  #all<
    S extends
      | 'zones'
      | 'components'
      | 'endpoints'
      | 'notifications'
      | 'regions'
      | 'interrupts'
      | 'timers'
      | 'ports'
      | 'mmio'
      | 'dma'
      | 'pools'
      | 'power'
      | 'census'
      | 'metrics',
  >(section: S): { readonly record: SectionRecord<S>; readonly name: Annotation[S][number]; readonly index: number }[] {
    const records = this.#table.sections[section] as readonly SectionRecord<S>[];
    const names = this.#names[section] as readonly Annotation[S][number][];
    if (records.length !== names.length) throw damaged(`${section}: ${records.length} records, ${names.length} names`);
    return records.map((record, index) => {
      const name = names[index];
      if (!name) throw damaged(`${section}[${index}] has no name`);
      return { record, name, index };
    });
  }

  #path(section: 'zones' | 'endpoints' | 'notifications', index: number, where: string): string {
    const name = this.#names[section][index];
    if (!name) throw damaged(`${where}: ${section} has no record ${index}`);
    return name.path;
  }

  #nodes(): Node[] {
    const base = ({ path, source }: { readonly path: string; readonly source: Node['source'] }) => ({ path, source });
    const zone = (index: number, where: string): string => this.#path('zones', index, where);
    return [
      ...this.#all('zones').map(({ record, name, index }): Node => {
        const kind = zoneKinds[record.kind];
        if (!kind) throw damaged(`zones[${index}].kind: ${record.kind}`);
        const elsewhere = record.node === none ? {} : { numaNode: record.node };
        return { ...base(name), type: 'MemoryZone', kind, size: record.pages * this.#table.pageSize, ...elsewhere };
      }),
      ...this.#all('components').map(({ record, name, index }): Node => {
        const where = `components[${index}]`;
        return {
          ...base(name),
          type: 'Component',
          role: name.role,
          program: name.program,
          class: schedulingClass(record.priority),
          priority: record.priority,
          stack: this.#stack(record),
          zone: zone(record.zone, `${where}.zone`),
          ...(record.supervisor === none
            ? {}
            : { supervisor: this.#path('endpoints', record.supervisor, `${where}.supervisor`) }),
          ...(record.core === 0 ? {} : { core: record.core }),
          ...(record.budget === 0 ? {} : { budget: { time: record.budget * tick, period: record.period * tick } }),
        };
      }),
      ...this.#all('endpoints').map(
        ({ record: { notification }, name, index }): Node => ({
          ...base(name),
          type: 'Endpoint',
          interface: name.interface,
          ...(notification === none
            ? {}
            : { notification: this.#path('notifications', notification, `endpoints[${index}].notification`) }),
        }),
      ),
      ...this.#all('notifications').map(({ name }): Node => ({ ...base(name), type: 'Notification' })),
      ...this.#all('regions').map(
        ({ record, name, index }): Node => ({
          ...base(name),
          type: 'SharedRegion',
          size: record.pages * this.#table.pageSize,
          zone: zone(record.zone, `regions[${index}].zone`),
        }),
      ),
      ...this.#all('interrupts').map(({ record, name, index }): Node => {
        const trigger = triggers[record.trigger];
        if (!trigger) throw damaged(`interrupts[${index}].trigger: ${record.trigger}`);
        return {
          ...base(name),
          type: 'Interrupt',
          line: record.line,
          trigger,
          ...this.#signals(record, `interrupts[${index}]`),
        };
      }),
      ...this.#all('timers').map(
        ({ record, name, index }): Node => ({
          ...base(name),
          type: 'Timer',
          ...this.#signals(record, `timers[${index}]`),
        }),
      ),
      ...this.#all('ports').map(
        ({ record: { first, count }, name }): Node => ({ ...base(name), type: 'IoPorts', first, count }),
      ),
      ...this.#all('mmio').map(
        ({ record, name }): Node => ({
          ...base(name),
          type: 'Mmio',
          address: Number(record.address),
          size: record.pages * this.#table.pageSize,
        }),
      ),
      ...this.#all('dma').map(
        ({ record, name, index }): Node => ({
          ...base(name),
          type: 'Dma',
          size: record.pages * this.#table.pageSize,
          zone: zone(record.zone, `dma[${index}].zone`),
        }),
      ),
      ...this.#all('pools').map(
        ({ record, name, index }): Node => ({
          ...base(name),
          type: 'MemoryPool',
          size: record.pages * this.#table.pageSize,
          regions: record.regions,
          ...this.#makes(record),
          ...(record.cores === 0 ? {} : { cores: coresIn(record.cores) }),
          zone: zone(record.zone, `pools[${index}].zone`),
        }),
      ),
      ...this.#all('power').map(({ name }): Node => ({ ...base(name), type: 'Power' })),
      ...this.#all('census').map(({ name }): Node => ({ ...base(name), type: 'Census' })),
      ...this.#all('metrics').map(({ name }): Node => ({ ...base(name), type: 'Metrics' })),
    ];
  }

  /** The one bit of a notification that an interrupt or a timer sets. */
  #signals({ bits, notification }: { readonly bits: bigint; readonly notification: number }, where: string) {
    const bit = Math.max(bits.toString(2).length - 1, 0);
    if (1n << BigInt(bit) !== bits) throw damaged(`${where}.bits: ${bits}`);
    return { notification: this.#path('notifications', notification, `${where}.notification`), bit };
  }

  #mappings({ first_mapping: first, mappings }: Component) {
    return this.#table.sections.mappings.slice(first, first + mappings);
  }

  /** What can be made of a pool; nothing to say where that is nothing. */
  #makes({ endpoints, notifications, spaces, threads }: SectionRecord<'pools'>): { makes?: PoolMakes } {
    const makes = { endpoints, notifications, spaces, threads };
    return Object.values(makes).some((count) => count > 0) ? { makes } : {};
  }

  /** Bytes of the zero pages that end where the stack pointer starts. */
  #stack(component: Component): number {
    const zero = Number(limits.SOURCE_ZERO);
    const found = this.#mappings(component).find(
      ({ address, pages, source }) =>
        source === zero && address + BigInt(pages * this.#table.pageSize) === component.stack,
    );
    return (found?.pages ?? 0) * this.#table.pageSize;
  }

  #edges(component: Component, index: number): Edge[] {
    const name = this.#names.components[index];
    const program = this.#names.programs.find((one) => one.name === name?.program);
    if (!name || !program) throw damaged(`components[${index}] has no name or program`);
    const mapped = this.#mapped(component, index);
    const { first_capability: first, capabilities } = component;
    const edges = this.#table.sections.capabilities
      .slice(first, first + capabilities)
      .map((capability, offset): Edge => {
        const where = `capabilities[${first + offset}]`;
        const need = program.needs[name.needs?.[capability.slot] ?? capability.slot];
        const [file, line = 0, column] = this.#names.capabilities[first + offset] ?? [];
        const fileName = file === undefined ? undefined : this.#names.files[file];
        if (!need || fileName === undefined)
          throw damaged(`${where}.slot: no need ${capability.slot} in ${program.name}`);
        const held = this.#held(capability, where);
        const extra = mapped.get(`${held.section}/${capability.object}`) ?? [];
        mapped.delete(`${held.section}/${capability.object}`);
        return {
          subject: name.path,
          need: need.name,
          object: held.object,
          kind: held.kind,
          rights: [...new Set([...held.rights, ...extra])],
          source: { file: fileName, line, ...(column === undefined ? {} : { column }) },
        };
      });
    const [unheld] = mapped.keys();
    if (unheld !== undefined) throw damaged(`components[${index}] maps ${unheld} without a capability`);
    return edges;
  }

  /** What a component may do with memory by its mappings, whatever its capabilities say. */
  #mapped(component: Component, index: number): Map<string, string[]> {
    const sections = new Map([
      [Number(limits.SOURCE_REGION), 'regions'],
      [Number(limits.SOURCE_MMIO), 'mmio'],
      [Number(limits.SOURCE_DMA), 'dma'],
    ]);
    const mapped = new Map<string, string[]>();
    for (const { flags, source, object, address } of this.#mappings(component)) {
      if ((flags & writable) !== 0 && (flags & executable) !== 0) {
        throw damaged(`components[${index}] may write and execute 0x${address.toString(16)}`);
      }
      const section = sections.get(source);
      if (section) mapped.set(`${section}/${object}`, (flags & writable) !== 0 ? ['read', 'write'] : ['read']);
    }
    return mapped;
  }

  #held({ kind: code, object, rights }: SectionRecord<'capabilities'>, where: string) {
    const kind = kindNames.get(code);
    // No address space is there before the first component runs.
    if (!kind || kind === 'AddressSpace') throw damaged(`${where}.kind: ${code}`);
    const section = sectionOfKind[kind];
    const name = this.#names[section][object];
    if (!name) throw damaged(`${where}.object: ${section} has no record ${object}`);
    if (kind !== 'Endpoint') return { section, object: name.path, kind, rights: kernelRights(kind, rights) };
    const spoken = 'interface' in name ? name.interface : '';
    const description = this.#names.interfaces.find((one) => one.name === spoken);
    if (!description) throw damaged(`${where}.object: interface ${spoken} is not described`);
    return { section, object: name.path, ...endpointRights(rights, description) };
  }
}

const sectionOfKind = {
  Endpoint: 'endpoints',
  Notification: 'notifications',
  SharedRegion: 'regions',
  Interrupt: 'interrupts',
  Timer: 'timers',
  IoPorts: 'ports',
  Mmio: 'mmio',
  Dma: 'dma',
  Power: 'power',
  Census: 'census',
  Metrics: 'metrics',
  Process: 'components',
  MemoryPool: 'pools',
} as const;

/** Numbers of the bits of a mask. */
function coresIn(mask: number): number[] {
  return Array.from({ length: Number(limits.MAX_CORES) }, (_, core) => core).filter((core) => (mask >> core) & 1);
}

function schedulingClass(priority: number): 'realtime' | 'interactive' | 'batch' {
  if (priority <= Number(limits.REALTIME_LAST)) return 'realtime';
  return priority <= Number(limits.INTERACTIVE_LAST) ? 'interactive' : 'batch';
}
