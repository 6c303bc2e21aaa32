// Child process: computes the authority of a generated system, for all components, and prints how long it took.
import { Authority } from '../authority/index.js';
import { generatedGraph } from './generated-graph.js';
import { peakMemory } from './peak.js';

const graph = generatedGraph(Number(process.argv[2]));
const started = performance.now();
const authority = Authority.of(graph);
const closure = authority.closure();
const done = performance.now();
const facts = authority.model.components.list.reduce((sum, subject) => sum + closure.count(subject), 0);
const peak = peakMemory();
process.stdout.write(JSON.stringify({ time: done - started, peak, facts }));
