import type { Edge, Interface, Node, SystemGraph } from '../../constructs/graph/index.js';
import { graphVersion } from '../../constructs/graph/index.js';

const peer: Interface = {
  name: 'Peer',
  rights: ['ask', 'tell'],
  methods: [
    { name: 'ask', label: 0, right: 'ask', oneway: false, request: [], response: [] },
    { name: 'tell', label: 1, right: 'tell', oneway: true, request: [], response: [] },
  ],
};

/** A linear congruential generator: the same graph on every machine (Numerical Recipes, 2nd edition, 7.1). */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/**
 * A system of `count` components with ten grants each: calls to others far and near, a region and a
 * notification shared by a few, and one call in a hundred that may pass capabilities along.
 */
export function generatedGraph(count: number): SystemGraph {
  const below = random(count);
  const at = (line: number) => ({ file: 'main.ts', line });
  const nodes: Node[] = [
    { type: 'MemoryZone', path: 'generated/normal', source: at(1), kind: 'normal', size: 2 ** 30 },
  ];
  const edges: Edge[] = [];
  for (let index = 0; index < count; index++) {
    const source = at(index + 1);
    const subject = `generated/c${index}`;
    nodes.push(
      { type: 'Endpoint', path: `generated/e${index}`, source, interface: 'Peer' },
      { type: 'Notification', path: `generated/b${index}`, source },
      { type: 'SharedRegion', path: `generated/r${index}`, source, size: 4096, zone: 'generated/normal' },
      {
        type: 'Component',
        path: subject,
        source,
        role: 'component',
        program: 'p',
        class: 'batch',
        priority: 150,
        stack: 4096,
        zone: 'generated/normal',
      },
    );
    const grant = (need: string, object: string, kind: string, rights: string[]): void => {
      edges.push({ subject, need, object: `generated/${object}`, kind, rights, source });
    };
    grant('serve', `e${index}`, 'Server<Peer>', ['ask', 'tell']);
    for (let call = 0; call < 6; call++) {
      // Mostly to those behind it, so that not everybody reaches everybody.
      const to = Math.min(count - 1, index + 1 + below(call < 5 ? 20 : Math.max(1, Math.floor(count / 4))));
      const delegate = below(100) === 0 ? ['delegate'] : [];
      grant(`call${call}`, `e${to}`, 'Peer', [call % 2 === 0 ? 'ask' : 'tell', ...delegate]);
    }
    grant('bell', `b${index}`, 'Notification', ['wait']);
    grant('ring', `b${below(count)}`, 'Notification', ['signal']);
    grant(
      'area',
      `r${below(Math.max(1, Math.floor(count / 10)))}`,
      'SharedRegion',
      index % 50 === 0 ? ['read', 'write'] : ['read'],
    );
  }
  return {
    schema: graphVersion,
    system: 'generated',
    source: at(1),
    machine: { name: 'q35', arch: 'x86_64', memory: 2 ** 31, cores: 1, source: at(1) },
    interfaces: [peer],
    programs: [{ name: 'p', file: 'cargo:p', needs: [] }],
    nodes,
    edges,
  };
}
