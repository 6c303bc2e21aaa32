/** From constructs to the graph: nothing downstream sees a construct. */
import type { IConstruct } from 'constructs';
import { userSpace } from '../arch/index.js';
import { limits } from '../kernel/abi/index.js';
import { Component } from './component.js';
import { Declaration } from './declaration.js';
import { Element } from './element.js';
import { Endpoint } from './endpoint.js';
import {
  canonicalGraph,
  type Edge,
  graphVersion,
  type Interface,
  type Node,
  type Program,
  SystemGraph,
} from './graph/index.js';
import { MemoryZone } from './memory-zone.js';
import { Acknowledgement, Rule } from './policy/rule.js';
import { Power } from './power.js';
import { problem } from './problems.js';
import { MiB } from './sizes.js';
import type { System } from './system.js';

/** Default size of the zone `dma`, in bytes. */
const dmaSize = MiB(4);
/** What sizes are multiples of in a definition, whatever pages the machine has. */
const smallestPage = Number(limits.PAGE_SIZE);

/** Page tables and pages of the image that come with a component, where these are of more than 4 KiB. */
const pagesOfComponent = 16;

/**
 * Bytes that the default zone leaves to the kernel, the image and the kernel's objects: an eighth, or what so many
 * components take where pages are large.
 */
export function kernelReserve(memory: number, pageSize = smallestPage, components = 0): number {
  const eighth = Math.max(MiB(8), Math.ceil(memory / 8 / smallestPage) * smallestPage);
  return pageSize === smallestPage ? eighth : eighth + components * pagesOfComponent * pageSize;
}

const roundUp = (size: number, to: number): number => Math.ceil(size / to) * to;

/** A node as a machine with larger pages has it: what is memory has whole ones. */
function inWholePages(node: Node, pageSize: number): Node {
  const up = (size: number): number => (size % smallestPage === 0 ? roundUp(size, pageSize) : size);
  if (node.type === 'Component') return { ...node, stack: up(node.stack) };
  return 'size' in node && node.type !== 'Mmio' ? { ...node, size: up(node.size) } : node;
}

/** Every construct of a tree, each once even where the tree is none. */
export function walk(root: IConstruct): IConstruct[] {
  const seen = new Set<IConstruct>([root]);
  // A set that grows while it is walked visits what was added.
  for (const construct of seen) {
    for (const child of construct.node.children) {
      if (!seen.has(child)) {
        seen.add(child);
        continue;
      }
      problem(root, {
        code: 'VRD0007',
        summary: `${child.node.path} is in the tree twice, below ${construct.node.path} as well`,
        path: child.node.path,
        source: child instanceof Declaration ? child.source : { file: 'unknown', line: 0 },
        value: construct.node.path,
        allowed: 'one scope, which is not a part of the construct itself',
        help: 'make the construct once, in one place, with the scope that it belongs to',
      });
    }
  }
  return [...seen];
}

type DefaultZone = 'normal' | 'dma';

/** The zones that a system has without declaring them. */
class DefaultZones {
  private readonly used = new Set<DefaultZone>();

  constructor(
    private readonly system: System,
    private readonly declared: readonly MemoryZone[],
    private readonly pageSize: number,
    private readonly components: number,
  ) {}

  defaultZone(kind: DefaultZone): string {
    const path = `${this.system.node.path}/${kind}`;
    const child = this.system.node.tryFindChild(kind);
    if (child instanceof MemoryZone || this.used.has(kind)) return path;
    this.used.add(kind);
    if (child !== undefined) {
      problem(this.system, {
        code: 'VRD0005',
        summary: `${path} is the system’s default memory zone`,
        path,
        source: child instanceof Declaration ? child.source : this.system.source,
        value: kind,
        allowed: 'a MemoryZone of this id, or no construct of it',
        help: 'rename it',
      });
    }
    return path;
  }

  /** The zones that were asked for and not declared. */
  lower(): Node[] {
    const { memory } = this.system.machine;
    const declared = this.declared.reduce((sum, { size }) => sum + roundUp(size, this.pageSize), 0);
    let rest = memory - kernelReserve(memory, this.pageSize, this.components) - declared;
    const zones: Node[] = [];
    for (const kind of ['dma', 'normal'] as const) {
      if (!this.used.has(kind)) continue;
      const wanted = kind === 'dma' ? dmaSize : rest;
      const size = Math.max(0, Math.floor(Math.min(wanted, rest) / this.pageSize) * this.pageSize);
      rest -= size;
      const path = `${this.system.node.path}/${kind}`;
      zones.push({ type: 'MemoryZone', path, source: this.system.source, kind, size });
    }
    return zones;
  }
}

/** Each different value once, in an order that does not depend on that of the constructs. */
function distinct<T>(values: Iterable<T>): T[] {
  const byText = new Map([...new Set(values)].map((value) => [JSON.stringify(value), value]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Where addresses come from, if that was said. */
function lowerAslr({ aslr }: System): Pick<SystemGraph, 'aslr'> {
  if (aslr === undefined) return {};
  return { aslr: aslr === false ? false : aslr.seed };
}

/** The graph of a system: validated, in canonical order. Mistakes that show only here are noted. */
export function lowerSystem(system: System, parts: readonly IConstruct[]): SystemGraph {
  const elements = parts.filter((construct) => construct instanceof Element);
  const components = elements.filter((element) => element instanceof Component);
  const { pageSize } = userSpace(system.machine);
  const zones = new DefaultZones(
    system,
    elements.filter((element) => element instanceof MemoryZone),
    pageSize,
    components.length,
  );
  const edges: Edge[] = components.flatMap((component) => component.lowerGrants());
  const granted = new Set(edges.map(({ object }) => object));
  const nodes = elements
    .filter((element) => !(element instanceof Power) || granted.has(element.node.path))
    .map((element) => inWholePages(element.lower(zones), pageSize));
  const interfaces = distinct<Interface>(
    elements.flatMap((element) => (element instanceof Endpoint ? [element.interface.definition] : [])),
  );
  const programs = distinct<Program>(components.map((component) => component.program.definition));
  const { name, arch, memory, cores, options } = system.machine;
  const graph = SystemGraph.parse({
    schema: graphVersion,
    system: system.node.path,
    source: system.source,
    machine: { name, arch, memory, cores, ...(options === undefined ? {} : { options }), source: system.source },
    ...lowerAslr(system),
    interfaces,
    programs,
    nodes: [...nodes, ...zones.lower()],
    edges,
  });
  const canonical = canonicalGraph(graph);
  const policies = parts.flatMap((part) => (part instanceof Rule ? (part.lowerRule(canonical) ?? []) : []));
  const acknowledgements = parts.flatMap((part) =>
    part instanceof Acknowledgement ? [part.lowerAcknowledgement()] : [],
  );
  const timings = components.flatMap((component) => component.lowerTiming() ?? []);
  return canonicalGraph({
    ...canonical,
    ...(timings.length === 0 ? {} : { timings }),
    ...(policies.length === 0 ? {} : { policies }),
    ...(acknowledgements.length === 0 ? {} : { acknowledgements }),
  });
}
