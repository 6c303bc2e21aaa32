// Child process: compares a generated system with a changed one, and prints how long it took.
import type { Node, SystemGraph } from '../../constructs/graph/index.js';
import { diffSystems } from '../diff/index.js';
import { generatedGraph } from './generated-graph.js';
import { peakMemory } from './peak.js';

/** What a pull request does: everything moves a line, a tenth of the components is renamed, one gains the power. */
function changed(graph: SystemGraph): SystemGraph {
  const name = (path: string): string => path.replace(/\/c(\d+0)$/, '/renamed-$1');
  const source = { file: 'main.ts', line: 1 };
  const power: Node = { type: 'Power', path: 'generated/power', source };
  const moved = graph.edges.map((edge) => ({
    ...edge,
    subject: name(edge.subject),
    source: { ...edge.source, line: edge.source.line + 1 },
  }));
  const subject = `generated/c${Math.floor(moved.length / 20) + 1}`;
  return {
    ...graph,
    nodes: [...graph.nodes.map((node) => ({ ...node, path: name(node.path) })), power],
    edges: [...moved, { subject, need: 'power', object: power.path, kind: 'Power', rights: ['off'], source }],
  };
}

const base = generatedGraph(Number(process.argv[2]));
const head = changed(base);
const started = performance.now();
const { counts, omitted } = diffSystems(base, head);
const time = performance.now() - started;
process.stdout.write(JSON.stringify({ time, peak: peakMemory(), counts, omitted }));
