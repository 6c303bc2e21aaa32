import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemGraph } from '../../../constructs/graph/index.js';
import { type Inspected, inspectImage } from '../../inspect/index.js';
import { outputFolder } from '../../project/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';

/** The image that a user means: a file, or the one of the system that they name. */
function imageFile(name: string): string {
  if (existsSync(name) && statSync(name).isFile() && !name.endsWith('.ts')) return name;
  const { project, system } = locate(name);
  const folder = join(project, outputFolder);
  const made = existsSync(folder) ? readdirSync(folder).filter((id) => existsSync(join(folder, id, 'image.elf'))) : [];
  const meant = system === undefined ? made : made.filter((id) => id === system);
  const [id] = meant;
  if (id !== undefined && meant.length === 1) return join(folder, id, 'image.elf');
  throw new UsageError(
    meant.length > 1 ? `${name} has ${meant.length} images` : `there is no image of ${name}`,
    `name a file such as ${outputFolder}/hello/image.elf, which \`veridian synth\` writes`,
  );
}

/** Who holds what, as the image's own table says. */
function holdings({ nodes, edges }: SystemGraph): string[] {
  return nodes
    .filter((node) => node.type === 'Component')
    .flatMap((component) => [
      `${component.path}  ${component.program}, ${component.class} ${component.priority}`,
      ...edges
        .filter(({ subject }) => subject === component.path)
        .map(({ need, kind, rights, object }) => `  ${need}: ${kind} { ${rights.join(', ')} }  on ${object}`),
    ]);
}

function text({ graph, stated, intact, abi, size }: Inspected): string {
  return [
    `${graph.system} on ${graph.machine.name}, ${graph.machine.arch}`,
    `graph  ${stated}${intact ? ', as declared' : ' is stated, but the table grants something else'}`,
    `abi    ${abi}`,
    `table  ${size.toLocaleString('en-US')} bytes with the programs' pages`,
    '',
    ...holdings(graph),
  ].join('\n');
}

/** `veridian inspect` */
export const inspect = command({
  usage: 'inspect <image>',
  describe: 'Read an image back: who holds what, as its own table says',
  positionals: ['image'],
  options: ['json'],
  handler: async ({ image, json }) => {
    const inspected = inspectImage(readFileSync(imageFile(image)), image);
    if (json) printJson(inspected);
    else print(text(inspected));
    return inspected.intact ? exit.fine : exit.findings;
  },
});
