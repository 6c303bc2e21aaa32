// Child process: synthesizes one project and prints how long it took, so that its peak memory is its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTypes, findLibrary } from '../definition/index.js';
import { renderFindings } from '../findings/index.js';
import { synthesize } from '../pipeline/index.js';
import { readProject } from '../project/index.js';
import { kernelFile, silent } from '../toolchain/index.js';
import { peakMemory } from './peak.js';

const [project = ''] = process.argv.slice(2);
// What a package carries ready made.
await kernelFile('x86_64');
await findLibrary();
const started = performance.now();
const types = await checkTypes(readProject(project));
const typed = performance.now();
// The types are known to be right now: what follows does not check them again.
const { findings } = await synthesize({ project, reporter: silent, write: true });
const done = performance.now();
// That the generated components call each other in a ring is only advised against.
const errors = [...types, ...findings].filter(({ severity }) => severity === 'error');
if (errors.length > 0) {
  process.stderr.write(renderFindings(errors.slice(0, 3)));
  process.exit(1);
}
const peaks = [peakMemory(), Number(readFileSync(join(project, '.veridian', 'definition-peak'), 'utf8')) / 1024];
process.stdout.write(JSON.stringify({ types: typed - started, synth: done - typed, peak: Math.max(...peaks) }));
