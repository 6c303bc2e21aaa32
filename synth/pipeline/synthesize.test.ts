import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { graphText } from '../../constructs/graph/index.js';
import { programFile } from '../check/fixture.js';
import { buildElf } from '../elf/fixture.js';
import { renderFindings, ToolError } from '../findings/index.js';
import { inspectImage } from '../inspect/index.js';
import { packageRoot } from '../toolchain/index.js';
import { definition, type Files, makeProject, synth } from './fixture.js';

const made: string[] = [];
const project = (files?: Files): string => {
  const root = makeProject(files);
  made.push(root);
  return root;
};

afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true, force: true });
});

/** What is said of a project that is changed like this. */
async function said(files: Files): Promise<string> {
  const root = project(files);
  const { findings, systems } = await synth(root);
  expect(systems.every(({ output }) => output === undefined)).toBe(true);
  expect(existsSync(join(root, 'veridian.out'))).toBe(false);
  return renderFindings(findings);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ToolError) return `${error.finding.code} ${error.message}`;
    throw error;
  }
  return 'none';
}

const web = (change: object): string =>
  definition.replace(
    'program: web,',
    Object.entries(change)
      .map(([name, value]) => `${name}: ${value},`)
      .join(' '),
  );

test('a project becomes a graph and an image that says the same', async () => {
  const root = project();
  const { findings, systems, kept } = await synth(root);
  expect(renderFindings(findings)).toBe('');
  expect(kept).toEqual([]);
  const [system] = systems;
  if (!system?.output) throw new Error('nothing was written');
  expect(readdirSync(join(root, 'veridian.out'))).toEqual(['shop']);
  expect(readFileSync(system.output.graph, 'utf8')).toBe(graphText(system.graph));
  const inspected = inspectImage(readFileSync(system.output.image));
  expect(inspected.graph).toEqual(system.graph);
  expect(inspected.intact).toBe(true);
  expect(system.graph.programs[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(system.graph)).not.toContain(packageRoot);
  expect(system.graph.edges.map(({ source }) => `${source.file}:${source.line}`)).toEqual(['main.ts:10', 'main.ts:10']);
});

test('a second synth writes nothing again; a touched output is written again', async () => {
  const root = project();
  const first = await synth(root);
  const image = first.systems[0]?.output?.image ?? '';
  const before = statSync(image).mtimeMs;
  const second = await synth(root);
  expect(second.systems[0]?.unchanged).toBe(true);
  expect(statSync(image).mtimeMs).toBe(before);
  const bytes = readFileSync(image);
  writeFileSync(image, 'damaged');
  const third = await synth(root);
  expect(third.systems[0]?.unchanged).toBe(false);
  expect(readFileSync(image)).toEqual(bytes);
});

test('the same project in two directories gives the same bytes', async () => {
  const [one, two] = [project(), project()];
  rmSync(two, { recursive: true });
  cpSync(one, two, { recursive: true });
  for (const root of [one, two]) await synth(root);
  const bytes = (root: string): Buffer[] =>
    ['graph.json', 'image.elf'].map((name) => readFileSync(join(root, 'veridian.out', 'shop', name)));
  expect(bytes(one)).toEqual(bytes(two));
});

test('what the compiler refuses is not synthesized, and everything is said at once', async () => {
  const text = await said({
    'main.ts': web({ program: 'web', extra: 1, scheduling: "{ class: 'batch', priority: 7 }" }).replace(
      ", power: shop.power.grant('off')",
      '',
    ),
  });
  expect(text).toContain("Property 'power' is missing in type");
  expect(text).toContain('VRD0023');
  expect(text).toContain('main.ts:10:3');
  expect(text).toContain('VRD0002');
});

test('a wider grant is refused twice: by the compiler and by what the binary says', async () => {
  const text = await said({ 'main.ts': definition.replace("power.grant('off')", "power.grant('off', 'reset')") });
  expect(text).toContain('Type \'"reset"\' is not assignable to type \'"off"\'');
  expect(text).toContain(`error VRD0102  shop/web is granted more than it needs
  --> main.ts:10:66
   grants  Power { off, reset }   on shop/power
   needs   Power { off }          programs/web/src/main.rs:8
   help    grant shop.power.grant('off'), or let the program ask for \`reset\`
`);
});

test('an exception of the definition’s own names its line, and none of Veridian’s', async () => {
  const text = await said({
    'main.ts': `${definition}\nfunction fail(): never {\n  throw new Error('no price list');\n}\nfail();\n`,
  });
  expect(text).toContain('error VRD0001  the definition failed: no price list\n  --> main.ts:15:9');
  expect(text).not.toContain('node_modules');
  expect(text).not.toContain('constructs/');
});

test('a definition that is no TypeScript, ends without a system, or does not end well', async () => {
  expect(await said({ 'main.ts': 'const = 1;\n' })).toContain('main.ts:1:7');
  expect(await said({ 'main.ts': 'export {};\n' })).toContain('VRD0013');
  expect(await said({ 'main.ts': 'process.exit(3);\nexport {};\n' })).toContain(
    'VRD0021  `tsx main.ts` ended with code 3',
  );
});

test('a mistake in an interface is found where it is, not while its Rust halves are written', async () => {
  const text = await said({
    'interfaces/Cargo.toml': '',
    'interfaces/bad.ts':
      "import { defineInterface } from 'veridian';\n\nexport const Bad = defineInterface('Bad', {});\n",
    'main.ts': `import './interfaces/bad.js';\n${definition}`,
  });
  expect(text).toContain('error VRD0012  interface Bad has no method\n  --> interfaces/bad.ts:3');
});

test('a graph of another version is refused by name', async () => {
  const assembly = `import { writeFileSync } from 'node:fs';
writeFileSync(process.env.VERIDIAN_ASSEMBLY ?? '', JSON.stringify({ graphs: [{ schema: 'veridian.graph/9' }] }));
`;
  expect(await said({ 'main.ts': assembly })).toContain(
    'VRD0022  the definition made a graph of version veridian.graph/9',
  );
});

test('another command than tsx runs the definition too', async () => {
  const root = project({ 'cdktf.json': '{ "language": "typescript", "app": "echo hello && npx tsx main.ts" }' });
  expect(renderFindings((await synth(root)).findings)).toBe('');
});

test('programs that cannot be used say so at the component that runs them', async () => {
  expect(
    await said({ 'programs/web.elf': '#!/bin/sh\n' }),
  ).toBe(`error VRD0402  program web (programs/web.elf) is no ELF file: it starts with 23 21 2f 62
  --> main.ts:8:1
   help    a program is a static 64-bit ELF executable for x86_64; build it again
`);
  expect(await said({ 'programs/web.elf': undefined })).toContain(
    'VRD0401  program web (programs/web.elf) does not exist',
  );
  const segments = [{ address: 0x40_0000n, data: new Uint8Array(8), flags: 'rx' }];
  expect(await said({ 'programs/web.elf': buildElf({ segments }) })).toContain('VRD0405');
  expect(await said({ 'programs/web.elf': buildElf({ segments, machine: 183 }) })).toContain(
    'is built for aarch64, the machine is x86_64',
  );
  expect(await said({ 'programs/web.elf': programFile('web', []).subarray(0, 0x1100) })).toContain('VRD0404');
  const high = [{ address: 0x7fff_0000_0000n, data: new Uint8Array(8), flags: 'rx' }];
  expect(await said({ 'programs/web.elf': buildElf({ segments: high }) })).toContain('VRD0407');
  expect(await said({ 'programs/web.elf': programFile('shop', []) })).toContain('VRD0408');
});

test('a folder that is no project, and a system that is none', async () => {
  expect(await refusal(synth(project({ 'cdktf.json': undefined })))).toBe('VRD0020 cdktf.json is missing');
  expect(await refusal(synth(project({ 'cdktf.json': '{' })))).toBe('VRD0020 cdktf.json is not JSON');
  expect(await refusal(synth(project({ 'cdktf.json': '{"language":"python","app":"x"}' })))).toMatch(
    /^VRD0020 cdktf.json is not right: language/,
  );
  expect(await refusal(synth(project(), { system: 'store' }))).toBe('VRD0026 there is no system called store');
});

test('errors leave the last good output whole, and say so', async () => {
  const root = project();
  const image = join(root, 'veridian.out', 'shop', 'image.elf');
  await synth(root);
  const before = readFileSync(image);
  writeFileSync(join(root, 'main.ts'), definition.replace('KiB(8)', '5000'));
  const { findings, kept } = await synth(root);
  expect(findings.map(({ code }) => code)).toContain('VRD0204');
  expect(kept.map(({ system, folder }) => `${system} ${folder}`)).toEqual(['shop veridian.out/shop']);
  expect(readFileSync(image)).toEqual(before);
});

test('an output folder that cannot be written is an error with a way out', async () => {
  const root = project({ 'veridian.out': 'a file' });
  expect(await refusal(synth(root))).toBe(
    'VRD0025 veridian.out/shop cannot be written: a file is in the place of a folder',
  );
  expect(readFileSync(join(root, 'veridian.out'), 'utf8')).toBe('a file');
});

test('what a killed synth left is put right', async () => {
  const root = project();
  await synth(root);
  const folder = join(root, 'veridian.out', 'shop');
  cpSync(folder, `${folder}.previous`, { recursive: true });
  rmSync(folder, { recursive: true });
  mkdirSync(`${folder}.partial`);
  writeFileSync(join(`${folder}.partial`, 'image.elf'), 'half');
  mkdirSync(join(root, '.veridian'), { recursive: true });
  writeFileSync(join(root, '.veridian', 'lock'), '999999999\n');
  await synth(root);
  expect(readdirSync(join(root, 'veridian.out'))).toEqual(['shop']);
  expect(existsSync(join(root, '.veridian', 'lock'))).toBe(false);
});

const script = (root: string): string => `
  import { synth } from ${JSON.stringify(join(packageRoot, 'synth/pipeline/fixture.ts'))};
  synth(${JSON.stringify(root)}).then(
    ({ findings, systems }) => { console.log(findings.length, systems[0]?.output?.image ?? 'none'); },
    (error) => { console.log(error.finding?.code, error.message); process.exitCode = 1; },
  );
`;
const child = (root: string, limit = '') =>
  spawn(
    'sh',
    [
      '-c',
      `${limit} exec "$0" --conditions=veridian-source --import tsx --input-type=module -e "$1"`,
      process.execPath,
      script(root),
    ],
    {
      cwd: packageRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );

async function output(process: ReturnType<typeof child>): Promise<string> {
  let text = '';
  process.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await once(process, 'close');
  return text.trim();
}

test('two synths at once each give whole output', async () => {
  const root = project();
  const texts = await Promise.all([output(child(root)), output(child(root))]);
  const image = join(root, 'veridian.out', 'shop', 'image.elf');
  expect(texts).toEqual([`0 ${image}`, `0 ${image}`]);
  expect(inspectImage(readFileSync(image)).intact).toBe(true);
  expect(readdirSync(join(root, 'veridian.out'))).toEqual(['shop']);
});

test('a disk without room leaves the last good output whole', async () => {
  const root = project();
  await synth(root);
  const image = join(root, 'veridian.out', 'shop', 'image.elf');
  const before = readFileSync(image);
  writeFileSync(join(root, 'main.ts'), definition.replace('KiB(8)', 'KiB(16)'));
  // Files over 16 KiB cannot be written: the image is larger, everything else is smaller.
  expect(await output(child(root, 'ulimit -f 32;'))).toBe(
    'VRD0025 veridian.out/shop cannot be written: the file would be larger than is allowed here',
  );
  expect(readFileSync(image)).toEqual(before);
  expect(readdirSync(join(root, 'veridian.out'))).toEqual(['shop']);
});

test('a synth that is interrupted leaves no lock and nothing half done', async () => {
  const root = project({ 'main.ts': `${definition}\nawait new Promise((resolve) => setTimeout(resolve, 30_000));\n` });
  const running = child(root);
  const lock = join(root, '.veridian', 'lock');
  while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
  running.kill('SIGINT');
  const [, signal] = await once(running, 'close');
  expect(signal).toBe('SIGINT');
  expect(existsSync(lock)).toBe(false);
  expect(existsSync(join(root, 'veridian.out'))).toBe(false);
});
