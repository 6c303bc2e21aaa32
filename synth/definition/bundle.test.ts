import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { definition, type Files, makeProject } from '../pipeline/fixture.js';
import { readProject } from '../project/index.js';
import { bundleDefinition } from './bundle.js';
import { findLibrary } from './library.js';
import { runDefinition } from './run.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function project(files: Files = {}): string {
  const root = makeProject(files);
  folders.push(root);
  return root;
}

/** Whether a project's definition becomes one file, and that file. */
async function bundled(files: Files): Promise<string | undefined> {
  const root = project(files);
  const out = join(root, '.veridian', 'definition.mjs');
  const library = await findLibrary();
  if (!library) throw new Error('a checkout has a library');
  const made = await bundleDefinition(join(root, 'main.ts'), out, library);
  expect(existsSync(out)).toBe(made);
  return made ? readFileSync(out, 'utf8') : undefined;
}

/** What a definition makes or is refused for. */
async function result(files: Files): Promise<unknown> {
  const { graphs, findings } = await runDefinition(readProject(project(files)));
  return { graphs, findings };
}

/** Behind the definition, so that no line moves: nothing but a loader for TypeScript runs it then. */
const LOADED = 'void import.meta.url;\n';

const parts = `${definition.slice(0, definition.indexOf('new Component('))}
export { area, shop, web };
`;
const modules: Files = {
  'parts.ts': parts,
  'main.ts': [
    "import { Component } from 'veridian';",
    "import { area, shop, web } from './parts.js';",
    '',
    'enum Name { Web = "web" }',
    'class Web extends Component<typeof web.needs extends never ? never : any> {}',
    "new Web(shop, Name.Web, { program: web, grants: { area: area.grant('read', 'write'), power: shop.power.grant('off') } });",
    'shop.node.root.synth();',
    '',
  ].join('\n'),
};

test('as one file a definition makes the same graph, with the same source lines, as module by module', async () => {
  for (const files of [{ 'main.ts': definition }, modules]) {
    expect(await bundled(files)).toBeDefined();
    const loaded = { ...files, 'main.ts': `${files['main.ts']}${LOADED}` };
    expect(await bundled(loaded)).toBeUndefined();
    const made = (await result(files)) as { graphs: { nodes: unknown[] }[]; findings: unknown[] };
    expect(made.findings).toEqual([]);
    expect(made.graphs[0]?.nodes.length).toBeGreaterThan(2);
    expect(await result(loaded)).toEqual(made);
  }
});

test.each([
  [
    'a line that throws in another module',
    {
      'parts.ts': `${parts.replace('KiB(8)', 'KiB(size())')}function size(): number {\n  throw new Error("no size");\n}\n`,
    },
  ],
  ['a mistake that a construct finds', { 'parts.ts': parts.replace("'area'", "'no area'") }],
  ['a definition without a system', { 'main.ts': 'export const nothing = 1;\n' }],
  ['a text that is not TypeScript', { 'parts.ts': `${parts}const = 3;\n` }],
  ['a module that is not there', { 'main.ts': "import './missing.js';\n" }],
  ['a package that is not there', { 'main.ts': "import 'no-such-package';\n" }],
])('%s is said at the same line both ways', async (_, change) => {
  const files: Files = { ...modules, ...change };
  const found = await result(files);
  expect(found).toMatchObject({ graphs: [], findings: [{ severity: 'error', source: { file: expect.any(String) } }] });
  expect(await result({ ...files, 'main.ts': `${files['main.ts']}${LOADED}` })).toEqual(found);
});

test.each([
  ['asks where it is', 'import.meta.dirname;\n'],
  ['loads a module by a name that it makes', "const name = './web.js';\nawait import(name);\n"],
  ['requires', "declare const require: (name: string) => unknown;\nrequire('node:fs');\n"],
  ['uses a part of the package that is not bundled', "import 'veridian/testing';\n"],
])('a definition that %s is left to a loader', async (_, text) => {
  expect(await bundled({ 'main.ts': text })).toBeUndefined();
});

test('nothing of the bundle stays in the project', async () => {
  const root = project();
  await runDefinition(readProject(root));
  expect(existsSync(join(root, '.veridian', `definition-${process.pid}.mjs`))).toBe(false);
  expect(existsSync(join(root, '.veridian', `definition-${process.pid}.mjs.map`))).toBe(false);
});
