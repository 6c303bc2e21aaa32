import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphText, type SystemGraph } from '../../constructs/graph/index.js';
import { inspectImage } from '../inspect/index.js';
import { type SynthesizedSystem, synthesize } from '../pipeline/index.js';
import { boot } from '../qemu/index.js';
import { packageRoot, silent } from '../toolchain/index.js';
import { type DamagedImage, damagedImages } from './index.js';

/** One line that names record, number and field, and why. */
const refusal = /^veridian: boot table refused: [a-z_]+\[\d+\]\.[a-z_]+: .+$/m;
const seed = 50;
const folder = mkdtempSync(join(tmpdir(), 'veridian-damaged-'));
let machine: SystemGraph['machine'];
let hello: NonNullable<SynthesizedSystem['output']>;
let images: DamagedImage[];

beforeAll(async () => {
  const project = join(packageRoot, 'examples', 'hello');
  const { systems } = await synthesize({ project, reporter: silent, write: true });
  const [system] = systems;
  if (!system?.output) throw new Error('hello does not synthesize');
  hello = system.output;
  machine = system.graph.machine;
  images = damagedImages(readFileSync(hello.image), seed, 50);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image that boots decodes to the graph that was declared', () => {
  const { graph, intact } = inspectImage(readFileSync(hello.image));
  expect(intact).toBe(true);
  expect(graphText(graph)).toBe(readFileSync(hello.graph, 'utf8'));
});

test.each(Array.from({ length: 50 }, (_, index) => index))(
  'damaged table %i is refused with one line, or harmless',
  async (index) => {
    const damaged = images[index];
    if (!damaged) throw new Error('no such image');
    const image = join(folder, `${index}.elf`);
    writeFileSync(image, damaged.bytes);
    // A table that is whole but says something else may wait for ever for what never comes: that is no hang of the kernel.
    const {
      code,
      console: text,
      ending,
    } = await boot({ machine: { ...machine, arch: 'x86_64' }, image, timeout: 20_000 });
    if (code === 100) {
      expect(text, damaged.change).toMatch(refusal);
      expect(text.trim().split('\n'), damaged.change).toHaveLength(1);
    } else {
      expect(text, damaged.change).toMatch(/^veridian \d+\.\d+\.\d+ x86_64 abi [0-9a-f]{8} graph [0-9a-f]{8}/);
      expect(text, damaged.change).not.toMatch(/panic/);
      expect(['powered-off', 'timeout'], damaged.change).toContain(ending);
      expect([0, undefined], damaged.change).toContain(code);
    }
  },
);
