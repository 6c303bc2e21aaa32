import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imageFiles } from '../../../arch/index.js';
import type { NodeOf, SystemGraph } from '../../../constructs/graph/index.js';
import { type Inspected, inspectImage } from '../../inspect/index.js';
import { outputFolder } from '../../project/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';

const imageNames = [...new Set(Object.values(imageFiles))];

/** The image that a user means: a file, or the one of the system that they name. */
function imageFile(name: string): string {
  if (existsSync(name) && statSync(name).isFile() && !name.endsWith('.ts')) return name;
  const { project, system } = locate(name);
  const folder = join(project, outputFolder);
  const made = (existsSync(folder) ? readdirSync(folder) : []).flatMap((id) => {
    const file = imageNames.map((image) => join(folder, id, image)).find((path) => existsSync(path));
    return file === undefined ? [] : [{ id, file }];
  });
  // What was made for a try, such as hello@virt, is meant where it is named.
  const meant = made.filter(({ id }) => (system === undefined ? !id.includes('@') : id === system));
  const [first] = meant;
  if (first !== undefined && meant.length === 1) return first.file;
  throw new UsageError(
    meant.length > 1 ? `${name} has ${meant.length} images` : `there is no image of ${name}`,
    `name a file such as ${outputFolder}/hello/image.elf, which \`veridian synth\` writes`,
  );
}

const onCore = ({ core }: NodeOf<'Component'>): string => (core === undefined ? '' : `, core ${core}`);

/** Who holds what, as the image's own table says. */
function holdings({ nodes, edges }: SystemGraph): string[] {
  return nodes
    .filter((node) => node.type === 'Component')
    .flatMap((component) => [
      `${component.path}  ${component.program}, ${component.class} ${component.priority}${onCore(component)}`,
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
