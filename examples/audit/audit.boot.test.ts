import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { kinds } from '../../kernel/abi/index.js';
import { type SynthesizedSystem, synthesize } from '../../synth/pipeline/index.js';
import { silent } from '../../synth/toolchain/index.js';
import {
  bootAndAsk,
  type Census,
  compareSystems,
  isDrift,
  readDeclared,
  verifySystem,
} from '../../synth/verify/index.js';

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

test.each(everyMachine)('a process made at run time shows with what it holds: %s', async (machine) => {
  const { code, stdout } = await veridian('verify', 'making', '--machine', machine, '--expect', 'made');
  const shown = stdout.replace(/ {2}within what the graph permits {2}main\.ts:\d+:\d+/g, '');
  const [, maker, made, closing] = /^(.*?)\n\n(.*?)\n\n(.*)\n$/s.exec(shown) ?? [];
  expect(maker).toMatch(
    /^making\/maker\n {2}· AddressSpace { map, grant, spawn } on process \d\n {2}· SharedRegion { read, write } on memory of a pool\n {2}· Endpoint { receive, send, call, delegate } on an object of a pool\n {2}· Process { wait, stop, restart, schedule, block } on a thread made of a pool\n {2}· memory at 0x[0-9a-f]+: 4 pages, read, write$/,
  );
  expect(made?.split('\n').sort()).toEqual([
    '  · Endpoint { call } on an object of a pool, from making/maker',
    '  · Notification { nothing } on making/bell, which it derived itself',
    '  · Notification { wait } on making/bell, from making/maker',
    '  · SharedRegion { read, write } on memory of a pool, from making/maker',
    '  · memory at 0x2000000000: 4 pages, read, write',
    ...['read', 'read, execute', 'read'].map((access) =>
      expect.stringMatching(new RegExp(`^ {2}· memory at 0x[0-9a-f]+: \\d+ pages, ${access}, of its maker’s program$`)),
    ),
    expect.stringMatching(/^making\/maker, process \d$/),
  ]);
  expect(closing).toBe('making: 15 capabilities held, 7 declared, 0 differ · 13 more within what the graph permits');
  expect(code).toBe(0);
});

test('what a process must not hold is found', async () => {
  const { graph, image } = await imageOf('making');
  const declared = readDeclared(await readFile(image), image);
  const census = await bootAndAsk({ graph, image, expect: /made/, timeout });
  const drift = (change: Partial<Census>) =>
    compareSystems(declared, { ...census, ...change })
      .drift.filter(isDrift)
      .map(({ verdict, component, process, text }) => `${verdict} ${component} ${process}: ${text}`);
  expect(drift({})).toEqual([]);
  const space = census.spaces.find(({ threads }) => threads > 0);
  const bell = census.capabilities.find(({ holder, parent }) => holder === space?.holder && parent);
  const stack = census.mappings.find(({ holder, flags }) => holder === space?.holder && flags === 3);
  const code = census.mappings.find(({ holder, flags }) => holder === space?.holder && flags === 5);
  if (!space || !bell || !stack || !code) throw new Error('the process has a table, a stack and its program');
  const also = (one: object) => ({ capabilities: [...census.capabilities, { ...bell, slot: 20, ...one }] });
  const mapped = (from: object, to: object) => ({
    mappings: census.mappings.map((each) => (each === from ? { ...each, ...to } : each)),
  });
  const of = `beyond making/maker ${space.space}:`;
  const power = { kind: kinds.Power.code, rights: 1, object: 0, badge: 0 };
  expect(drift(also(power))).toEqual([`${of} Power { off } on Power 0, from making/maker`]);
  // What nobody gave it is wrong, though its maker has as much.
  const { parent: _, ...orphan } = { ...bell, kind: kinds.Notification.code, object: 0, rights: 1, slot: 20 };
  expect(drift({ capabilities: [...census.capabilities, orphan] })).toEqual([
    `${of} Notification { signal } on making/bell`,
  ]);
  expect(drift(mapped(stack, { flags: 7 }))).toEqual([`${of} memory at 0x2000000000: 4 pages, read, write, execute`]);
  expect(drift(mapped(stack, { pages: 65 }))).toEqual([`${of} memory at 0x2000040000: 1 pages, read, write`]);
  expect(drift(mapped(code, { physical: code.physical + 0x10_0000n }))).toEqual([
    expect.stringMatching(/^beyond .*: memory at 0x[0-9a-f]+: \d+ pages, read, execute$/),
  ]);
  expect(drift({ capabilities: census.capabilities.filter(({ kind }) => kind !== kinds.AddressSpace.code) })).toEqual([
    `beyond making ${space.space}: a process that nobody made`,
  ]);
  expect(drift({ spaces: [] })).toEqual([`beyond making undefined: component ${space.holder}, which no one declared`]);
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
  const power = census.capabilities.find((one) => one.holder === idle && one.kind === kinds.Power.code);
  const service = declared.components.findIndex(({ path }) => path === 'still/audit/service');
  const mapped = declared.components[idle]?.mappings;
  const stack = census.mappings.find((one) => one.holder === idle && one.address === mapped?.at(-1)?.address);
  const code = census.mappings.find((one) => one.holder === idle && one.address === mapped?.[0]?.address);
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
  const passed = { ...power, holder: service, slot: 9, parent: { holder: idle, slot: power.slot } };
  expect(drift({ capabilities: [...census.capabilities, passed] })).toEqual([
    'beyond still/audit/service: Power { off } on still/power, from still/idle',
  ]);
  expect(drift(withMapping(stack, { flags: 7 }))).toEqual([
    expect.stringMatching(/^changed still\/idle: memory at 0x[0-9a-f]+: read, write, execute, declared read, write$/),
  ]);
  expect(drift({ mappings: census.mappings.filter((one) => one !== stack) })).toEqual([
    expect.stringMatching(/^gone still\/idle: memory at 0x[0-9a-f]+: \d+ of 8 pages$/),
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
