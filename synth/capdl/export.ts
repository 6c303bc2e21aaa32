/**
 * Writes the capabilities of a system in seL4's capability distribution language, capDL 1.1 as the capDL
 * tool reads it, so that tools for that language can look at them.
 *
 * It describes who holds what. Frames of programs, stacks and startup blocks, which depend on the
 * binaries, are left out, as the language allows; what seL4 has no word for stands in comments.
 */
import { canonicalGraph, type Edge, type Node, type NodeOf, type SystemGraph } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';
import { ToolError } from '../findings/index.js';
import { AddressSpace } from './address-space.js';
import { CapdlNames } from './names.js';

const page = Number(limits.PAGE_SIZE);
/** Fault badges have the top bit, as in the boot table. */
const faultBadge = 0x8000_0000;
/** The most urgent priority of seL4, where a higher number comes first. */
const mostUrgent = 254;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const isServer = (edge: Edge): boolean => edge.kind.startsWith('Server<');
const frameRights = (rights: readonly string[]): string => (rights.includes('write') ? 'RW' : 'R');

class Exporter {
  readonly #graph: SystemGraph;
  readonly #names = new CapdlNames();
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #badges = new Map<Edge, number>();
  readonly #objects: string[] = [];
  readonly #caps: string[] = [];

  constructor(graph: SystemGraph) {
    this.#graph = canonicalGraph(graph);
    this.#nodes = new Map(this.#graph.nodes.map((node) => [node.path, node]));
    const last = new Map<string, number>();
    for (const edge of this.#graph.edges) {
      if (this.#nodes.get(edge.object)?.type !== 'Endpoint' || isServer(edge)) continue;
      const badge = (last.get(edge.object) ?? 0) + 1;
      last.set(edge.object, badge);
      this.#badges.set(edge, badge);
    }
  }

  text(): string {
    const { system, machine, nodes } = this.#graph;
    for (const node of nodes) this.#object(node);
    const components = nodes.filter((node) => node.type === 'Component');
    for (const [index, component] of components.entries()) this.#component(component, index);
    return [
      `-- The capabilities of the system ${system} for ${machine.name}.`,
      '-- Frames of programs, stacks and startup blocks are left out: they depend on the binaries.',
      `arch ${machine.arch}`,
      '',
      'objects {',
      ...this.#objects,
      '}',
      '',
      'caps {',
      ...this.#caps,
      '}',
      '',
    ].join('\n');
  }

  #object(node: Node): void {
    const declare = (name: string, object: string): void => {
      this.#objects.push(`  ${name} = ${object} -- ${node.path}`);
    };
    switch (node.type) {
      case 'Endpoint':
        declare(this.#names.of('ep', node.path), 'ep');
        return;
      case 'Notification':
        declare(this.#names.of('notification', node.path), 'notification');
        return;
      case 'SharedRegion':
        declare(`${this.#names.of('frame', node.path)}[${Math.ceil(node.size / page)}]`, 'frame (4k)');
        return;
      case 'Dma':
        declare(`${this.#names.of('dma', node.path)}[${Math.ceil(node.size / page)}]`, 'frame (4k)');
        return;
      case 'Mmio':
        for (let at = 0; at < node.size; at += page)
          declare(`${this.#names.of('mmio', node.path)}@${at / page}`, `frame (4k, paddr: ${hex(node.address + at)})`);
        return;
      case 'IoPorts': {
        const ports = `[${hex(node.first)}..${hex(node.first + node.count - 1)}]`;
        declare(this.#names.of('ports', node.path), `io_ports (ports: ${ports})`);
        return;
      }
      case 'Interrupt': {
        const irq = this.#names.of('irq', node.path);
        const level = node.trigger === 'level' ? 1 : 0;
        declare(
          irq,
          `ioapic_irq (ioapic_num: 0, ioapic_pin: ${node.line}, ioapic_level: ${level}, ioapic_polarity: ${level})`,
        );
        const notification = this.#names.of('notification', node.notification);
        this.#caps.push(`  ${irq} {`, `    0: ${notification} (W, badge: ${hex(1n << BigInt(node.bit))})`, '  }');
        return;
      }
      default:
        return;
    }
  }

  #component(node: NodeOf<'Component'>, index: number): void {
    const tcb = this.#names.of('tcb', node.path);
    const cnode = this.#names.of('cnode', node.path);
    const space = new AddressSpace(this.#names.of('space', node.path));
    const needs = this.#graph.programs.find(({ name }) => name === node.program)?.needs ?? [];
    const slotOf = new Map(needs.map(({ name }, slot) => [name, slot]));
    const held = this.#graph.edges
      .filter(({ subject }) => subject === node.path)
      .map((edge) => ({ edge, slot: slotOf.get(edge.need) ?? needs.length }))
      .sort((a, b) => a.slot - b.slot);
    const bits = Math.ceil(Math.log2(needs.length + Number(limits.SPARE_SLOTS)));
    const priority = mostUrgent - node.priority;
    const core = node.core === undefined ? '' : `, affinity: ${node.core}`;
    this.#objects.push(
      `  ${tcb} = tcb (prio: ${priority}, max_prio: ${priority}${core}) -- ${node.path}`,
      `  ${cnode} = cnode (${bits} bits)`,
    );
    const bound = new Set(held.filter(({ edge }) => isServer(edge)).flatMap(({ edge }) => this.#bound(edge)));
    this.#caps.push(
      `  ${tcb} {`,
      `    cspace: ${cnode}`,
      `    vspace: ${space.root}`,
      ...(node.supervisor === undefined
        ? []
        : [`    fault_ep_slot: ${this.#names.of('ep', node.supervisor)} (WP, badge: ${hex(faultBadge + index)})`]),
      ...[...bound].map((notification) => `    bound_notification: ${notification} (R)`),
      '  }',
      `  ${cnode} {`,
      ...held.map(({ edge, slot }) => this.#capability(edge, slot, space)),
      '  }',
    );
    for (const { type, name, slots } of space.tables) {
      this.#objects.push(`  ${name} = ${type}`);
      if (slots.length > 0)
        this.#caps.push(`  ${name} {`, ...slots.map(([slot, capability]) => `    ${slot}: ${capability}`), '  }');
    }
  }

  /** The notification that is delivered to who receives at an endpoint. */
  #bound(edge: Edge): string[] {
    const endpoint = this.#nodes.get(edge.object);
    if (endpoint?.type !== 'Endpoint' || endpoint.notification === undefined) return [];
    return [this.#names.of('notification', endpoint.notification)];
  }

  /** A capability in a slot of a component's table; memory is mapped as well. */
  #capability(edge: Edge, slot: number, space: AddressSpace): string {
    const node = this.#nodes.get(edge.object);
    const words = `${edge.need}: ${edge.kind} { ${edge.rights.join(', ')} }`;
    const line = (capability: string): string => `    ${slot}: ${capability} -- ${words}`;
    const remark = (why: string): string => `    -- ${slot}: ${words}, ${why}`;
    switch (node?.type) {
      case 'Endpoint':
        return line(`${this.#names.of('ep', node.path)} (${this.#endpointRights(edge)})`);
      case 'Notification': {
        const rights = `${edge.rights.includes('wait') ? 'R' : ''}${edge.rights.includes('signal') ? 'W' : ''}`;
        return line(`${this.#names.of('notification', node.path)} (${rights})`);
      }
      case 'Interrupt':
        return line(this.#names.of('irq', node.path));
      case 'IoPorts':
        return line(this.#names.of('ports', node.path));
      case 'SharedRegion':
      case 'Dma': {
        const frame = this.#names.of(node.type === 'Dma' ? 'dma' : 'frame', node.path);
        const range = (from: number, to: number): string => (from === to ? `[${from}]` : `[${from}..${to}]`);
        space.map({
          pages: Math.ceil(node.size / page),
          capabilities: (from, to) => [`${frame}${range(from, to)} (${frameRights(edge.rights)})`],
        });
        return remark('mapped in its address space');
      }
      case 'Mmio': {
        const frame = this.#names.of('mmio', node.path);
        space.map({
          pages: Math.ceil(node.size / page),
          capabilities: (from, to) =>
            Array.from(
              { length: to - from + 1 },
              (_, at) => `${frame}@${from + at} (${frameRights(edge.rights)}, uncached)`,
            ),
        });
        return remark('mapped in its address space');
      }
      default:
        return remark('for which seL4 has no capability');
    }
  }

  #endpointRights(edge: Edge): string {
    if (isServer(edge)) return 'R';
    const definition = this.#graph.interfaces.find(({ name }) => name === edge.kind);
    const methods = definition?.methods.filter(({ right }) => edge.rights.includes(right)) ?? [];
    const rights = `W${edge.rights.includes('delegate') ? 'G' : ''}${methods.some(({ oneway }) => !oneway) ? 'P' : ''}`;
    return `${rights}, badge: ${this.#badges.get(edge) ?? 0}`;
  }
}

/** The system as capDL text: the same graph, the same text. */
export function exportCapdl(graph: SystemGraph): string {
  if (graph.machine.arch === 'x86_64') return new Exporter(graph).text();
  throw new ToolError({
    code: 'VRD0434',
    message: `${graph.system} is for ${graph.machine.arch}; capDL is written of systems for x86_64`,
    path: graph.system,
    source: graph.source,
    help: 'export a system whose machine is an x86_64 one, such as machines.q35()',
  });
}
