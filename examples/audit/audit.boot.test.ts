import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { kinds } from '../../kernel/abi/index.js';
import { type SynthesizedSystem, synthesize } from '../../synth/pipeline/index.js';
import { silent } from '../../synth/toolchain/index.js';
import { bootAndAsk, type Census, compareSystems, readDeclared, verifySystem } from '../../synth/verify/index.js';

const tool = join(import.meta.dirname, '..', '..', 'synth', 'cli', 'main.ts');
const timeout = 30_000;

async function imageOf(id: string, machine = 'q35'): Promise<{ graph: SynthesizedSystem['graph']; image: string }> {
  const { findings, systems } = await synthesize({
    project: import.meta.dirname,
    system: id,
    machine,
    reporter: silent,
    write: true,
  });
  const [system] = systems;
  if (findings.length > 0 || !system?.output) throw new Error(JSON.stringify(findings));
  return { graph: system.graph, image: system.output.image };
}

/** What the command prints, and its exit status. */
async function veridian(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: import.meta.dirname };
  const given = ['--conditions=veridian-source', '--import', 'tsx', tool, ...args];
  return promisify(execFile)(process.execPath, given, options).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

test.each(everyMachine)(
  'a system in which nothing moves holds what was declared, to the last page: %s',
  async (machine) => {
    const { graph, image } = await imageOf('still', machine);
    const comparison = await verifySystem({ graph, image, timeout });
    expect(comparison).toEqual({ held: graph.edges.length, declared: graph.edges.length, drift: [] });
    const { code, stdout } = await veridian('verify', 'still', '--machine', machine);
    expect(stdout).toBe('still: 6 capabilities held, 6 declared, 0 differ\n');
    expect(code).toBe(0);
  },
);

test.each(everyMachine)('what was passed on is told from what was lost: %s', async (machine) => {
  const given = ['verify', 'moving', '--machine', machine, '--expect', 'given and dropped', '--json'];
  const { code, stdout } = await veridian(...given);
  expect(code).toBe(2);
  const { drift } = JSON.parse(stdout);
  expect(drift).toEqual([
    {
      verdict: 'gone',
      component: 'moving/giver',
      text: 'spare: Notification { signal } on moving/spare',
      source: { file: 'main.ts', line: expect.any(Number), column: expect.any(Number) },
    },
    expect.objectContaining({
      verdict: 'within',
      component: 'moving/giver',
      text: 'Notification { signal } on moving/bell, which it derived itself',
    }),
    expect.objectContaining({
      verdict: 'within',
      component: 'moving/taker',
      text: 'Notification { signal } on moving/bell, from moving/giver',
    }),
  ]);
});

test('whatever differs from the declaration is found', async () => {
  const { graph, image } = await imageOf('still');
  const declared = readDeclared(await readFile(image), image);
  const census = await bootAndAsk({ graph, image, timeout });
  const idle = declared.components.findIndex(({ path }) => path === 'still/idle');
  const drift = (change: Partial<Census>) =>
    compareSystems(declared, { ...census, ...change }).drift.map(
      ({ verdict, component, text }) => `${verdict} ${component}: ${text}`,
    );
  expect(drift({})).toEqual([]);
  const power = census.capabilities.find((one) => one.component === idle && one.kind === kinds.Power.code);
  const service = declared.components.findIndex(({ path }) => path === 'still/audit/service');
  const mapped = declared.components[idle]?.mappings;
  const stack = census.mappings.find((one) => one.component === idle && one.address === mapped?.at(-1)?.address);
  const code = census.mappings.find((one) => one.component === idle && one.address === mapped?.[0]?.address);
  if (!power || !stack || !code) throw new Error('idle holds the power switch, a stack and its program');
  const withCapability = (one: object) => ({
    capabilities: census.capabilities.map((each) => (each === power ? { ...power, ...one } : each)),
  });
  const withMapping = (from: object, to: object) => ({
    mappings: census.mappings.map((each) => (each === from ? { ...each, ...to } : each)),
  });
  expect(drift(withCapability({ rights: 3 }))).toEqual([
    'changed still/idle: power: Power { off } on still/power, now Power { off, reset } on still/power',
  ]);
  expect(drift(withCapability({ generation: 2 }))).toEqual([
    'changed still/idle: power: Power { off } on still/power, now made anew',
  ]);
  expect(drift({ capabilities: census.capabilities.filter((one) => one !== power) })).toEqual([
    'gone still/idle: power: Power { off } on still/power',
  ]);
  const passed = { ...power, component: service, slot: 9, parent: { component: idle, slot: power.slot } };
  expect(drift({ capabilities: [...census.capabilities, passed] })).toEqual([
    'beyond still/audit/service: Power { off } on still/power, from still/idle',
  ]);
  expect(drift(withMapping(stack, { flags: 7 }))).toEqual([
    expect.stringMatching(/^changed still\/idle: memory at 0x[0-9a-f]+: read, write, execute, declared read, write$/),
  ]);
  expect(drift({ mappings: census.mappings.filter((one) => one !== stack) })).toEqual([
    expect.stringMatching(/^gone still\/idle: memory at 0x[0-9a-f]+: \d+ of 16 pages$/),
  ]);
  expect(drift(withMapping(code, { physical: code.physical + 0x1000n }))).toEqual([
    expect.stringMatching(
      /^changed still\/idle: memory at 0x[0-9a-f]+ is at another physical address than for others$/,
    ),
  ]);
  const extra = { ...stack, address: 0x5000_0000n, pages: 1 };
  expect(drift({ mappings: [...census.mappings, extra] })).toEqual([
    'beyond still/idle: memory at 0x50000000: 1 pages, read, write',
  ]);
  expect(
    drift({ components: census.components.map((one) => (one.index === idle ? { ...one, priority: 3 } : one)) }),
  ).toEqual(['changed still/idle: priority 3, declared 120']);
});

test('a system without an audit service cannot be asked', async () => {
  const { graph, image } = await imageOf('still');
  const programs = graph.programs.map((one) => ({ ...one, file: 'cargo:other' }));
  await expect(verifySystem({ graph: { ...graph, programs }, image })).rejects.toThrow('has no audit service');
});

test('a system that does not get to its answer is told apart from one that differs', async () => {
  const { code, stderr } = await veridian('verify', 'still', '--expect', 'never shown', '--timeout', '2s');
  expect(code).toBe(1);
  expect(stderr).toContain('error VRD0992  the audit service did not answer');
});
