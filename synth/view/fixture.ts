/** Graphs for tests of the page: a large one, and one that differs from another in every way. */
import type { Edge, Interface, Node, SystemGraph } from '../../constructs/graph/index.js';
import { sample } from '../check/fixture.js';

const source = (line: number) => ({ file: 'main.ts', line });

const peer: Interface = {
  name: 'Peer',
  rights: ['ask'],
  methods: [{ name: 'ask', label: 0, right: 'ask', oneway: false, request: [], response: [] }],
};

/** A system of so many components in parts of fifty; each serves an endpoint and calls the next two. */
export function largeSystem(components: number): SystemGraph {
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const path = (index: number, name: string): string =>
    `large/part-${String(Math.floor(index / 50)).padStart(2, '0')}/${name}-${index}`;
  for (let index = 0; index < components; index++) {
    const subject = path(index, 'worker');
    nodes.push({ type: 'Endpoint', path: path(index, 'requests'), source: source(index + 1), interface: 'Peer' });
    nodes.push({
      type: 'Component',
      path: subject,
      source: source(index + 1),
      role: 'component',
      program: 'worker',
      class: 'interactive',
      priority: 120,
      stack: 65536,
      zone: 'large/normal',
    });
    const grant = (need: string, to: number, kind: string): Edge => {
      const object = path(to % components, 'requests');
      return { subject, need, object, kind, rights: ['ask'], source: source(index + 1) };
    };
    edges.push(grant('requests', index, 'Server<Peer>'), grant('next', index + 1, 'Peer'));
    edges.push(grant('after', index + 2, 'Peer'));
  }
  return {
    ...sample().graph,
    system: 'large',
    interfaces: [peer],
    programs: [{ name: 'worker', file: 'cargo:worker', needs: [] }],
    nodes,
    edges,
  };
}

/** The sample system after a change: a grant more, a right less, a component more, an object gone. */
export function changedSample(): SystemGraph {
  const { graph } = sample();
  const edges = graph.edges
    .filter(({ object }) => object !== 'shop/wake')
    .map((edge) =>
      edge.subject === 'shop/web' && edge.need === 'files' ? { ...edge, rights: ['open', 'write'] } : edge,
    );
  const reader = graph.nodes.find(({ path }) => path === 'shop/reader');
  if (reader?.type !== 'Component') throw new Error('the sample has a reader');
  return {
    ...graph,
    nodes: [...graph.nodes.filter(({ path }) => path !== 'shop/wake'), { ...reader, path: 'shop/logger' }],
    edges: [
      ...edges,
      { ...(edges.find(({ kind }) => kind === 'SharedRegion') as Edge), subject: 'shop/logger', rights: ['read'] },
    ],
  };
}
