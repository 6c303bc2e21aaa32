/** Small projects for tests: a definition, a program that is only its note, and a kernel that is never booted. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Need } from '../../constructs/graph/index.js';
import { programFile } from '../check/fixture.js';
import { kernelFile } from '../image/fixture.js';
import { packageRoot, silent } from '../toolchain/index.js';
import { type Outcome, type SynthesizeOptions, synthesize } from './synthesize.js';

const needs: Need[] = [
  {
    name: 'area',
    kind: 'Dma',
    rights: ['read', 'write'],
    source: { file: 'programs/web/src/main.rs', line: 7 },
  },
  { name: 'power', kind: 'Power', rights: ['off'], source: { file: 'programs/web/src/main.rs', line: 8 } },
];

const types = `import { type Capability, Program } from 'veridian';

export const web = Program.of<{
  area: Capability<'Dma', 'read' | 'write'>;
  power: Capability<'Power', 'off'>;
}>({ name: 'web', file: 'programs/web.elf', needs: ${JSON.stringify(needs)} });
`;

/** A definition that is right; tests change parts of it. */
export const definition = `import { App, Component, KiB, MiB, Dma, System } from 'veridian';
import { web } from './web.js';

const app = new App();
const machine = { name: 'q35', arch: 'x86_64', memory: MiB(64), cores: 1 } as const;
const shop = new System(app, 'shop', { machine });
const area = new Dma(shop, 'area', { size: KiB(8) });
new Component(shop, 'web', {
  program: web,
  grants: { area: area.grant('read', 'write'), power: shop.power.grant('off') },
});
app.synth();
`;

/** Files of a project; \`undefined\` leaves one out. */
export type Files = Readonly<Record<string, string | Uint8Array | undefined>>;

/** Writes a project into a folder of its own and returns that. */
export function makeProject(files: Files = {}): string {
  const parent = join(packageRoot, '.veridian', 'tests');
  mkdirSync(parent, { recursive: true });
  const root = mkdtempSync(join(parent, 'project-'));
  const all: Files = {
    'cdktf.json': '{ "language": "typescript", "app": "tsx main.ts" }\n',
    'main.ts': definition,
    'web.ts': types,
    'programs/web.elf': programFile('web', needs),
    '.veridian/kernel.elf': kernelFile(),
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

/** Synthesizes such a project, silently. */
export function synth(project: string, options: Partial<SynthesizeOptions> = {}): Promise<Outcome> {
  return synthesize({
    project,
    reporter: silent,
    write: true,
    kernel: join(project, '.veridian', 'kernel.elf'),
    ...options,
  });
}
