// Child process: evaluates modules and prints the interfaces that they export, as one JSON array. A process of its
// own, because the modules are the user's and may change between two runs of one tool.
import { pathToFileURL } from 'node:url';
import { Interface } from '../../constructs/graph/index.js';

const interfaces: Interface[] = [];
for (const file of process.argv.slice(2)) {
  const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
  for (const value of Object.values(exported)) {
    const { definition } = Object(value) as { definition?: unknown };
    const parsed = Interface.safeParse(definition);
    if (parsed.success && !interfaces.some(({ name }) => name === parsed.data.name)) interfaces.push(parsed.data);
  }
}
process.stdout.write(JSON.stringify(interfaces));
