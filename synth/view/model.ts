/** What the page knows of a system: the graph without what nobody looks at, and its facts as text. */
import {
  canonicalGraph,
  graphDigest,
  type Node,
  type NodeOf,
  type Source,
  type SystemGraph,
} from '../../constructs/graph/index.js';

/** A construct. `facts` are names and values, as they are shown. */
export interface ViewNode {
  readonly path: string;
  readonly type: Node['type'];
  readonly source: string;
  readonly facts: readonly (readonly [string, string])[];
  /** The path that it had in the base, where that was another. */
  readonly was?: string;
}

/** A grant, or with the need '' what is between two constructs without one: delivery, and who is told of faults. */
export interface ViewEdge {
  readonly subject: string;
  readonly object: string;
  readonly need: string;
  readonly kind: string;
  readonly rights: readonly string[];
  readonly source: string;
}

export interface ViewGraph {
  readonly system: string;
  readonly digest: string;
  readonly machine: string;
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly ViewEdge[];
}

const place = ({ file, line }: Source): string => `${file}:${line}`;
const hex = (value: number): string => `0x${value.toString(16)}`;

function size(bytes: number): string {
  for (const [unit, name] of [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ] as const)
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`;
  return `${bytes} bytes`;
}

/** What can be made of a pool at the same time. */
function made({ regions, makes, cores = [] }: NodeOf<'MemoryPool'>): string {
  const { endpoints = 0, notifications = 0, spaces = 0, threads = 0 } = makes ?? {};
  const counts = { regions, endpoints, notifications, 'address spaces': spaces, threads };
  const some = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  return [...some, ...(cores.length > 0 ? [`threads on core ${cores.join(' or ')}`] : [])].join(', ');
}

function facts(node: Node): [string, string][] {
  switch (node.type) {
    case 'Component':
      return [
        ['role', node.role],
        ['program', node.program],
        ['runs', `${node.class} ${node.priority}${node.core === undefined ? '' : ` on core ${node.core}`}`],
        ['stack', size(node.stack)],
        ['zone', node.zone],
        ...(node.supervisor === undefined ? [] : [['faults go to', node.supervisor] as [string, string]]),
      ];
    case 'Endpoint':
      return [
        ['interface', node.interface],
        ...(node.notification === undefined ? [] : [['delivers', node.notification] as [string, string]]),
      ];
    case 'MemoryPool':
      return [
        ['size', size(node.size)],
        ['zone', node.zone],
        ['makes', made(node)],
      ];
    case 'SharedRegion':
    case 'Dma':
      return [
        ['size', size(node.size)],
        ['zone', node.zone],
      ];
    case 'Interrupt':
      return [
        ['line', String(node.line)],
        ['trigger', node.trigger],
        ['signals', `bit ${node.bit} of ${node.notification}`],
      ];
    case 'Timer':
      return [['signals', `bit ${node.bit} of ${node.notification}`]];
    case 'IoPorts':
      return [['ports', `${hex(node.first)} to ${hex(node.first + node.count - 1)}`]];
    case 'Mmio':
      return [
        ['address', hex(node.address)],
        ['size', size(node.size)],
      ];
    default:
      return [];
  }
}

/** What ties two constructs together without a grant. */
function ties(node: Node): ViewEdge[] {
  const tie = (subject: string, object: string, kind: string): ViewEdge => {
    return { subject, object, need: '', kind, rights: [], source: place(node.source) };
  };
  if (node.type === 'Component' && node.supervisor !== undefined) return [tie(node.path, node.supervisor, 'faults')];
  if (node.type === 'Interrupt' || node.type === 'Timer') return [tie(node.path, node.notification, 'signals')];
  if (node.type === 'Endpoint' && node.notification !== undefined)
    return [tie(node.notification, node.path, 'delivered')];
  return [];
}

/** The graph for the page, in canonical order. */
export function viewGraph(graph: SystemGraph): ViewGraph {
  const { system, machine, nodes, edges } = canonicalGraph(graph);
  const shown = nodes.filter(({ type }) => type !== 'MemoryZone');
  return {
    system,
    digest: graphDigest(graph).slice(0, 8),
    machine: `${machine.name}, ${size(machine.memory)}`,
    nodes: shown.map((node) => ({
      path: node.path,
      type: node.type,
      source: place(node.source),
      facts: facts(node),
    })),
    edges: [
      ...edges.map(({ subject, object, need, kind, rights, source }) => {
        return { subject, object, need, kind, rights, source: place(source) };
      }),
      ...shown.flatMap(ties),
    ],
  };
}
