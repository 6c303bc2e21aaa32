/**
 * Assigns everything that the kernel would otherwise have to decide: identifiers, slots, tokens, badges
 * and addresses. A pure function of a checked graph and its programs; a graph with errors must not come
 * here.
 */
import { type UserSpace, userSpace } from '../../arch/index.js';
import { needsBuffer } from '../../constructs/fields.js';
import {
  canonicalGraph,
  type Edge,
  graphDigest,
  type Node,
  type NodeOf,
  type NodeType,
  type SystemGraph,
} from '../../constructs/graph/index.js';
import {
  encodeToken,
  header,
  kinds,
  limits,
  sectionEntry,
  startupHeader,
  startupNeed,
} from '../../kernel/abi/index.js';
import { ET_DYN, moved } from '../elf/index.js';
import type { NativeProgram } from '../programs/index.js';
import { type Annotation, annotationFormat } from './annotation.js';
import { Payload } from './payload.js';
import { Placement } from './placement.js';
import { type PageRun, pageRuns } from './program-image.js';
import { codec, type SectionRecord, type Sections, sectionCodecs, sectionNames } from './records.js';
import { endpointMask, isServer, kernelKind, kernelMask } from './rights.js';
import { spareSlots } from './slots.js';

/** A system as the kernel will find it. */
export interface Layout {
  readonly sections: Sections;
  /** Bits of an address that the machine translates, where that is a choice; else 0. */
  readonly addressBits: number;
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Digest of the graph, in hexadecimal. */
  readonly digest: string;
  readonly annotation: Annotation;
  /** The annotation as it is written. */
  readonly annotationBytes: Uint8Array;
  /** Offset of the annotation, and of the payload, from the start of the table. */
  readonly annotationOffset: number;
  readonly payloadOffset: number;
  /** Each starts on a page; the rest of its last one is zero. */
  readonly payload: readonly Uint8Array[];
  /** Bytes of table and payload. */
  readonly size: number;
}

const none = Number(limits.NONE);
const read = Number(limits.MAP_READ);
const write = Number(limits.MAP_WRITE);
const execute = Number(limits.MAP_EXECUTE);
const device = Number(limits.MAP_DEVICE);
/** Fault badges have the top bit, so that no client’s badge is like one. */
const tick = Number(limits.TICK_NANOSECONDS);
const faultBadge = 0x8000_0000;
const zoneKinds = { dma: limits.ZONE_DMA, normal: limits.ZONE_NORMAL, high: limits.ZONE_HIGH } as const;
const headerCodec = codec(startupHeader);
const needCodec = codec(startupNeed);

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Objects of one kind in the order of their section. */
interface Objects {
  readonly zones: readonly NodeOf<'MemoryZone'>[];
  readonly components: readonly NodeOf<'Component'>[];
  readonly endpoints: readonly NodeOf<'Endpoint'>[];
  readonly notifications: readonly NodeOf<'Notification'>[];
  readonly regions: readonly NodeOf<'SharedRegion'>[];
  readonly interrupts: readonly NodeOf<'Interrupt'>[];
  readonly timers: readonly NodeOf<'Timer'>[];
  readonly ports: readonly NodeOf<'IoPorts'>[];
  readonly mmio: readonly NodeOf<'Mmio'>[];
  readonly dma: readonly NodeOf<'Dma'>[];
  readonly pools: readonly NodeOf<'MemoryPool'>[];
  readonly power: readonly NodeOf<'Power'>[];
  readonly census: readonly NodeOf<'Census'>[];
  readonly metrics: readonly NodeOf<'Metrics'>[];
}

function sortObjects(nodes: readonly Node[]): Objects {
  const of = <T extends NodeType>(type: T): NodeOf<T>[] =>
    nodes.filter((node): node is NodeOf<T> => node.type === type);
  return {
    zones: of('MemoryZone'),
    components: of('Component'),
    endpoints: of('Endpoint'),
    notifications: of('Notification'),
    regions: of('SharedRegion'),
    // The kernel finds doubles by one look at the record before, so these go by number.
    interrupts: of('Interrupt').sort((a, b) => a.line - b.line),
    timers: of('Timer'),
    ports: of('IoPorts').sort((a, b) => a.first - b.first),
    mmio: of('Mmio').sort((a, b) => a.address - b.address),
    dma: of('Dma'),
    pools: of('MemoryPool'),
    power: of('Power'),
    census: of('Census'),
    metrics: of('Metrics'),
  };
}

/** Whether a capability with these rights comes with a mapping. */
const isMapped = (node: Node, rights: readonly string[]): node is NodeOf<'SharedRegion' | 'Mmio' | 'Dma'> =>
  (node.type === 'SharedRegion' || node.type === 'Mmio' || node.type === 'Dma') && rights.includes('read');

type Mapping = SectionRecord<'mappings'>;
type Capability = SectionRecord<'capabilities'>;

/** A program, laid out once for all components that run it. */
interface PlacedProgram {
  readonly entry: bigint;
  /** Where the startup block of each component lies: behind the program, and a page that stays empty. */
  readonly startup: bigint;
  /** Where messages lie that the registers do not hold, of those that have such: behind that, and another empty page. */
  readonly buffer: bigint;
  readonly needs: ReadonlyMap<string, number>;
  readonly mappings: readonly Mapping[];
}

/** Messages that the registers do not hold. */
const messageBuffer: Omit<Mapping, 'address'> = {
  offset: 0n,
  pages: 1,
  flags: read | write,
  source: Number(limits.SOURCE_BUFFER),
  object: none,
};

class Builder {
  readonly #graph: SystemGraph;
  readonly #objects: Objects;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #index = new Map<string, number>();
  readonly #interfaces: ReadonlyMap<string, SystemGraph['interfaces'][number]>;
  readonly #payload: Payload;
  readonly #programs = new Map<string, PlacedProgram>();
  readonly #badges = new Map<string, number>();
  readonly #natives: ReadonlyMap<string, NativeProgram>;
  readonly #mappings: Mapping[] = [];
  readonly #capabilities: Capability[] = [];
  readonly #edges: Edge[] = [];
  readonly #userSpace: UserSpace;
  readonly #placement: Placement;
  /** Bytes of a page. */
  readonly #page: number;
  /** Numbers of the needs that are filled, of components that leave some out. */
  readonly #filled = new Map<string, readonly number[]>();

  constructor(graph: SystemGraph, natives: ReadonlyMap<string, NativeProgram>) {
    this.#graph = canonicalGraph(graph);
    this.#userSpace = userSpace(graph.machine);
    this.#placement = new Placement(this.#graph, this.#userSpace);
    this.#page = this.#userSpace.pageSize;
    this.#payload = new Payload(this.#page);
    this.#natives = natives;
    this.#objects = sortObjects(this.#graph.nodes);
    this.#nodes = new Map(this.#graph.nodes.map((node) => [node.path, node]));
    this.#interfaces = new Map(this.#graph.interfaces.map((one) => [one.name, one]));
    for (const section of Object.values(this.#objects)) {
      for (const [index, node] of section.entries()) this.#index.set(node.path, index);
    }
  }

  build(): Layout {
    const granted = new Map<string, Edge[]>();
    const badges = new Map<Edge, number>();
    for (const edge of this.#graph.edges) {
      badges.set(edge, this.#badge(edge));
      const list = granted.get(edge.subject);
      if (list) list.push(edge);
      else granted.set(edge.subject, [edge]);
    }
    const components = this.#objects.components.map((component, index) =>
      this.#component(component, index, granted.get(component.path) ?? [], badges),
    );
    const sections = {
      ...this.#objectRecords(),
      components,
      mappings: this.#mappings,
      capabilities: this.#capabilities,
    };
    return this.#finish(sections);
  }

  #indexOf(path: string): number {
    const index = this.#index.get(path);
    if (index === undefined) throw new RangeError(`${path} is not in the graph`);
    return index;
  }

  /** Clients of an endpoint count up from 1 in the graph’s order; what nobody receives from has none. */
  #badge({ object, kind }: Edge): number {
    if (this.#nodes.get(object)?.type !== 'Endpoint' || isServer(kind)) return 0;
    const badge = (this.#badges.get(object) ?? 0) + 1;
    this.#badges.set(object, badge);
    return badge;
  }

  #program(name: string): PlacedProgram {
    const known = this.#programs.get(name);
    if (known) return known;
    const native = this.#natives.get(name);
    if (!native) throw new RangeError(`program ${name} was not read`);
    const { manifest, elf } = native;
    const page = BigInt(this.#page);
    const linked = pageRuns(elf, this.#page);
    const start = linked[0]?.address ?? limits.PROGRAM_BASE;
    const end = linked.reduce((_, { address, pages }) => address + BigInt(pages) * page, start);
    const startup = end + page;
    const buffer = startup + page * BigInt(this.#startupPages(manifest.needs.length) + 1);
    const slide = elf.type === ET_DYN ? this.#placement.program(name, start, buffer + page) : 0n;
    const placed: PlacedProgram = {
      entry: elf.entry + slide,
      startup: startup + slide,
      buffer: buffer + slide,
      needs: new Map(manifest.needs.map((need, slot) => [need.name, slot])),
      mappings: pageRuns(moved(elf, slide), this.#page).map((run) => this.#runMapping(run)),
    };
    this.#programs.set(name, placed);
    return placed;
  }

  #startupPages(needs: number): number {
    return Math.ceil((headerCodec.size + needs * needCodec.size) / this.#page);
  }

  #runMapping({ address, pages, writable, executable, content }: PageRun): Mapping {
    return {
      address,
      offset: content ? BigInt(this.#payload.add(content)) : 0n,
      pages,
      flags: read | (writable ? write : 0) | (executable ? execute : 0),
      source: Number(content ? limits.SOURCE_IMAGE : limits.SOURCE_ZERO),
      object: none,
    };
  }

  #component(
    component: NodeOf<'Component'>,
    index: number,
    granted: readonly Edge[],
    badges: ReadonlyMap<Edge, number>,
  ): SectionRecord<'components'> {
    const program = this.#program(component.program);
    const firstMapping = this.#mappings.length;
    const firstCapability = this.#capabilities.length;
    const needOf = (edge: Edge): number => {
      const slot = program.needs.get(edge.need);
      if (slot === undefined) throw new RangeError(`${component.program} has no need ${edge.need}`);
      return slot;
    };
    const bySlot = [...granted].sort((a, b) => needOf(a) - needOf(b));
    // Slots count up over what is granted; the program finds each under its need, and nothing under what is left out.
    const startup = new Uint8Array(headerCodec.size + program.needs.size * needCodec.size);
    const view = new DataView(startup.buffer);
    const places = this.#placement.component(component.path, component.program, {
      regions: this.#regionBytes(bySlot),
      stack: BigInt(component.stack),
    });
    // Who maps nothing needs no place for it, and can share its block with others like it.
    const maps = bySlot.some(({ object }) => this.#nodes.get(object)?.type === 'MemoryPool');
    const dynamic = maps ? places.dynamic : 0n;
    const buffer = granted.some(({ object }) => this.#speaksLong(object));
    headerCodec.write(view, 0, {
      needs: program.needs.size,
      page_size: this.#page,
      buffer: buffer ? program.buffer : 0n,
      dynamic,
    });
    if (bySlot.length < program.needs.size) this.#filled.set(component.path, bySlot.map(needOf));
    const regions: Mapping[] = [];
    let address = places.regions;
    for (const [slot, edge] of bySlot.entries()) {
      const capability = this.#capability(edge, slot, badges.get(edge) ?? 0);
      this.#capabilities.push(capability);
      this.#edges.push(edge);
      const object = this.#nodes.get(edge.object);
      const mapping = object && this.#objectMapping(object, edge.rights, address);
      const bytes = mapping ? BigInt(mapping.pages * this.#page) : 0n;
      const token = encodeToken({ slot, generation: Number(limits.FIRST_GENERATION), rights: capability.rights });
      const size = object?.type === 'IoPorts' ? BigInt(object.count) : bytes;
      needCodec.write(view, headerCodec.size + needOf(edge) * needCodec.size, {
        token,
        address: mapping ? address : 0n,
        size,
      });
      if (!mapping) continue;
      regions.push(mapping);
      address += bytes + BigInt(this.#page);
    }
    const stackPages = component.stack / this.#page;
    this.#mappings.push(
      ...program.mappings,
      this.#runMapping({
        address: program.startup,
        pages: this.#startupPages(program.needs.size),
        writable: false,
        executable: false,
        content: startup,
      }),
      ...(buffer ? [{ ...messageBuffer, address: program.buffer }] : []),
      ...regions,
      this.#runMapping({
        address: places.stackTop - BigInt(component.stack),
        pages: stackPages,
        writable: true,
        executable: false,
      }),
    );
    return {
      entry: program.entry,
      stack: places.stackTop,
      startup: program.startup,
      first_mapping: firstMapping,
      mappings: this.#mappings.length - firstMapping,
      first_capability: firstCapability,
      capabilities: bySlot.length,
      slots: bySlot.length + spareSlots(granted, this.#nodes),
      priority: component.priority,
      supervisor: component.supervisor === undefined ? none : this.#indexOf(component.supervisor),
      badge: faultBadge + index,
      zone: this.#indexOf(component.zone),
      budget: (component.budget?.time ?? 0) / tick,
      period: (component.budget?.period ?? 0) / tick,
      core: component.core ?? 0,
    };
  }

  /** Whether messages go over an object that need the buffer. */
  #speaksLong(path: string): boolean {
    const node = this.#nodes.get(path);
    const spoken = node?.type === 'Endpoint' ? this.#interfaces.get(node.interface) : undefined;
    return spoken !== undefined && needsBuffer(spoken);
  }

  #capability({ object, kind, rights }: Edge, slot: number, badge: number): Capability {
    const node = this.#nodes.get(object);
    const kernel = node && kernelKind(node);
    if (!node || !kernel) throw new RangeError(`${object} cannot be granted`);
    let mask: number;
    if (kernel === 'Endpoint') {
      const description = node.type === 'Endpoint' ? this.#interfaces.get(node.interface) : undefined;
      if (!description) throw new RangeError(`the interface of ${object} is not in the graph`);
      mask = endpointMask(kind, rights, description);
    } else {
      mask = kernelMask(kernel, rights);
    }
    return { slot, object: this.#indexOf(object), badge, kind: kinds[kernel].code, rights: mask };
  }

  /** Bytes that the mappings of these grants take, each with the page behind it that stays empty. */
  #regionBytes(edges: readonly Edge[]): bigint {
    let bytes = 0;
    for (const { object, rights } of edges) {
      const node = this.#nodes.get(object);
      if (node && isMapped(node, rights)) bytes += node.size + this.#page;
    }
    return BigInt(bytes);
  }

  /** Memory that a capability gives is mapped from the start, with what its rights allow. */
  #objectMapping(node: Node, rights: readonly string[], address: bigint): Mapping | undefined {
    if (!isMapped(node, rights)) return undefined;
    const source = { SharedRegion: limits.SOURCE_REGION, Mmio: limits.SOURCE_MMIO, Dma: limits.SOURCE_DMA }[node.type];
    return {
      address,
      offset: 0n,
      pages: node.size / this.#page,
      flags: read | (rights.includes('write') ? write : 0) | (node.type === 'Mmio' ? device : 0),
      source: Number(source),
      object: this.#indexOf(node.path),
    };
  }

  #objectRecords(): Omit<Sections, 'components' | 'mappings' | 'capabilities'> {
    const {
      zones,
      endpoints,
      notifications,
      regions,
      interrupts,
      timers,
      ports,
      mmio,
      dma,
      pools,
      power,
      census,
      metrics,
    } = this.#objects;
    return {
      zones: zones.map(({ kind, size, numaNode = none }) => ({
        kind: Number(zoneKinds[kind]),
        pages: size / this.#page,
        node: numaNode,
      })),
      endpoints: endpoints.map(({ notification }) => ({
        notification: notification === undefined ? none : this.#indexOf(notification),
      })),
      notifications: notifications.map(() => ({ initial: 0n })),
      regions: regions.map(({ size, zone }) => ({ pages: size / this.#page, zone: this.#indexOf(zone) })),
      interrupts: interrupts.map(({ line, trigger, notification, bit }) => ({
        bits: 1n << BigInt(bit),
        line,
        notification: this.#indexOf(notification),
        trigger: Number(trigger === 'level' ? limits.TRIGGER_LEVEL : limits.TRIGGER_EDGE),
      })),
      timers: timers.map(({ notification, bit }) => ({
        bits: 1n << BigInt(bit),
        notification: this.#indexOf(notification),
      })),
      ports: ports.map(({ first, count }) => ({ first, count })),
      mmio: mmio.map(({ address, size }) => ({ address: BigInt(address), pages: size / this.#page })),
      dma: dma.map(({ size, zone }) => ({ pages: size / this.#page, zone: this.#indexOf(zone) })),
      pools: pools.map(({ size, regions, zone, makes, cores = [] }) => ({
        pages: size / this.#page,
        zone: this.#indexOf(zone),
        regions,
        ...(makes ?? { endpoints: 0, notifications: 0, spaces: 0, threads: 0 }),
        cores: cores.reduce((mask, core) => mask | (1 << core), 0),
      })),
      power: power.map(() => ({})),
      census: census.map(() => ({})),
      metrics: metrics.map(() => ({})),
    };
  }

  #annotation(): Annotation {
    const { system, source, machine, aslr, interfaces, programs } = this.#graph;
    const files = [...new Set(this.#edges.map((edge) => edge.source.file))];
    const fileIndex = new Map(files.map((file, index) => [file, index]));
    const named = ({ path, source: line }: Node) => ({ path, source: line });
    const {
      components,
      endpoints,
      zones,
      notifications,
      regions,
      interrupts,
      timers,
      ports,
      mmio,
      dma,
      pools,
      power,
      census,
      metrics,
    } = this.#objects;
    return {
      format: annotationFormat,
      system,
      source,
      machine,
      ...(aslr === undefined ? {} : { aslr }),
      interfaces,
      programs,
      zones: zones.map(named),
      components: components.map((node) => {
        const needs = this.#filled.get(node.path);
        return { ...named(node), role: node.role, program: node.program, ...(needs ? { needs: [...needs] } : {}) };
      }),
      files,
      capabilities: this.#edges.map(({ source: { file, line, column } }) => [
        fileIndex.get(file) ?? 0,
        line,
        ...(column === undefined ? [] : [column]),
      ]),
      endpoints: endpoints.map((node) => ({ ...named(node), interface: node.interface })),
      notifications: notifications.map(named),
      regions: regions.map(named),
      interrupts: interrupts.map(named),
      timers: timers.map(named),
      ports: ports.map(named),
      mmio: mmio.map(named),
      dma: dma.map(named),
      pools: pools.map(named),
      power: power.map(named),
      census: census.map(named),
      metrics: metrics.map(named),
    };
  }

  /** The payload’s place is known only when everything before it is: then image offsets are moved there. */
  #finish(sections: Sections): Layout {
    const annotation = this.#annotation();
    const annotationBytes = new TextEncoder().encode(JSON.stringify(annotation));
    let annotationOffset = tableStart;
    for (const name of sectionNames) annotationOffset += sections[name].length * sectionCodecs[name].size;
    const payloadOffset = roundUp(annotationOffset + annotationBytes.length, this.#page);
    const image = Number(limits.SOURCE_IMAGE);
    const mappings = sections.mappings.map((mapping) =>
      mapping.source === image ? { ...mapping, offset: mapping.offset + BigInt(payloadOffset) } : mapping,
    );
    return {
      sections: { ...sections, mappings },
      digest: graphDigest(this.#graph),
      addressBits: this.#userSpace.addressBits,
      pageSize: this.#page,
      annotation,
      annotationBytes,
      annotationOffset,
      payloadOffset,
      payload: this.#payload.pages,
      size: payloadOffset + this.#payload.size,
    };
  }
}

/** Where the first section starts: behind the header and the section directory. */
export const tableStart = codec(header).size + sectionNames.length * codec(sectionEntry).size;

/** Lays a checked graph out. `natives` holds every program of it. */
export function layOut(graph: SystemGraph, natives: ReadonlyMap<string, NativeProgram>): Layout {
  return new Builder(graph, natives).build();
}
