/** Systems for tests: random ones, and changes to them. */
import fc from 'fast-check';
import type { Edge, Interface, Node, Source, SystemGraph } from '../../constructs/graph/index.js';

const at = (line: number): Source => ({ file: 'main.ts', line });

const method = (name: string, label: number, right: string): Interface['methods'][number] => ({
  name,
  label,
  right,
  oneway: false,
  request: [],
  response: [],
});

export const interfaces: Interface[] = [
  { name: 'Cache', rights: ['get', 'put'], methods: [method('get', 0, 'get'), method('put', 1, 'put')] },
  { name: 'Log', rights: ['read', 'write'], methods: [method('read', 0, 'read'), method('write', 1, 'write')] },
];

export const component = (path: string, program: string, line: number, extra: object = {}): Node => ({
  type: 'Component',
  path,
  source: at(line),
  role: 'component',
  program,
  class: 'interactive',
  priority: 120,
  stack: 4096,
  zone: `${path.split('/')[0]}/normal`,
  ...extra,
});

export function system(id: string, nodes: readonly Node[], edges: readonly Edge[]): SystemGraph {
  const programs = [...new Set(nodes.flatMap((node) => (node.type === 'Component' ? [node.program] : [])))];
  return {
    schema: 'veridian.graph/1',
    system: id,
    source: at(1),
    machine: { name: 'q35', arch: 'x86_64', memory: 1 << 26, cores: 1, source: at(1) },
    interfaces,
    programs: programs.sort().map((name) => ({ name, file: `cargo:${name}`, needs: [] })),
    nodes: [{ type: 'MemoryZone', path: `${id}/normal`, source: at(1), kind: 'normal', size: 1 << 25 }, ...nodes],
    edges: [...edges],
  };
}

export const grant = (
  subject: string,
  need: string,
  object: string,
  kind: string,
  rights: string[],
  line = 10,
): Edge => ({ subject, need, object, kind, rights, source: at(line) });

const rightsOf: Readonly<Record<string, readonly string[]>> = {
  Cache: ['get', 'put', 'delegate'],
  Log: ['read', 'write', 'delegate'],
  SharedRegion: ['read', 'write'],
  Notification: ['signal', 'wait'],
  Dma: ['read', 'write'],
  Mmio: ['read', 'write'],
};

const objects = (id: string): Node[] => [
  { type: 'Endpoint', path: `${id}/cache`, source: at(2), interface: 'Cache' },
  { type: 'Endpoint', path: `${id}/logs/main`, source: at(3), interface: 'Log' },
  { type: 'Endpoint', path: `${id}/logs/spare`, source: at(4), interface: 'Log' },
  { type: 'SharedRegion', path: `${id}/area`, source: at(5), size: 8192, zone: `${id}/normal` },
  { type: 'Notification', path: `${id}/bell`, source: at(6) },
  { type: 'Mmio', path: `${id}/registers`, source: at(7), address: 0x1000, size: 4096 },
  { type: 'Dma', path: `${id}/buffer`, source: at(8), size: 4096, zone: `${id}/normal` },
];

const kindOf = (node: Node, server: boolean): string =>
  node.type === 'Endpoint' ? (server ? `Server<${node.interface}>` : node.interface) : node.type;

interface Drawn {
  readonly subject: number;
  readonly object: number;
  readonly server: boolean;
  readonly rights: number;
}

const drawn = fc.record({
  subject: fc.nat({ max: 5 }),
  object: fc.nat({ max: 6 }),
  server: fc.boolean(),
  rights: fc.integer({ min: 1, max: 7 }),
});

function edgeOf(id: string, paths: readonly string[], one: Drawn, index: number): Edge | undefined {
  const subject = paths[one.subject % paths.length];
  const object = objects(id)[one.object];
  if (subject === undefined || object === undefined) return undefined;
  const kind = kindOf(object, one.server);
  const all = rightsOf[kind.replace(/^Server<(.*)>$/, '$1')] ?? [];
  const rights = all.filter((_right, bit) => (one.rights & (1 << bit)) !== 0);
  return grant(subject, `need${index}`, object.path, kind, rights.length > 0 ? rights : all.slice(0, 1), 20 + index);
}

/** A system of one to six components and any grants among seven objects. */
export const anySystem = fc
  .record({
    components: fc.array(
      fc.record({
        program: fc.constantFrom('worker', 'server'),
        priority: fc.constantFrom(100, 120),
        supervised: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    grants: fc.array(drawn, { maxLength: 14 }),
  })
  .map(({ components, grants }): SystemGraph => {
    const paths = components.map((_one, index) => `shop/c${index}`);
    const nodes = components.map(({ program, priority, supervised }, index) =>
      component(paths[index] ?? '', program, 40 + index, {
        priority,
        ...(supervised ? { supervisor: 'shop/logs/main' } : {}),
      }),
    );
    const edges = grants.flatMap((one, index) => edgeOf('shop', paths, one, index) ?? []);
    return system('shop', [...objects('shop'), ...nodes], edges);
  });

/** A grant that can be added to any such system. */
export const anyGrant = (graph: SystemGraph): fc.Arbitrary<Edge> => {
  const paths = graph.nodes.flatMap((node) => (node.type === 'Component' ? [node.path] : []));
  return drawn.map((one) => edgeOf('shop', paths, one, 99)).filter((edge) => edge !== undefined);
};

/** The same system with other names; needs, lines and order change as well. */
export function renamed(graph: SystemGraph, name: (path: string) => string, id = graph.system): SystemGraph {
  const path = (old: string): string => `${id}/${name(old.slice(old.indexOf('/') + 1))}`;
  const moved = ({ file, line }: Source): Source => ({ file: `parts/${file}`, line: line + 7 });
  return {
    ...graph,
    system: id,
    nodes: graph.nodes
      .map((node): Node => {
        const copy = { ...node, path: path(node.path), source: moved(node.source) } as Record<string, unknown>;
        for (const key of ['zone', 'supervisor', 'notification']) {
          if (typeof copy[key] === 'string') copy[key] = path(copy[key]);
        }
        return copy as Node;
      })
      .reverse(),
    edges: graph.edges
      .map((edge) => ({
        ...edge,
        subject: path(edge.subject),
        object: path(edge.object),
        need: `${edge.need}x`,
        source: moved(edge.source),
      }))
      .reverse(),
  };
}
