import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../pipeline/index.js';
import { everyMachine } from '../testing/index.js';
import { packageRoot, run, silent } from '../toolchain/index.js';
import { type ChromeEvent, messageText, type TracedMessage, traceSystem } from './index.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
const veridian = (args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd: string = packageRoot) =>
  run(process.execPath, [...tool, ...args], { cwd, env: { ...process.env, ...env }, timeout: 120_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every message of `examples/hello`, of a kernel that keeps so many events. */
async function messages(machine: string, events: number): Promise<TracedMessage[]> {
  const project = join(packageRoot, 'examples', 'hello');
  const { systems } = await synthesize({ project, machine, reporter: silent, write: true });
  const [system] = systems;
  if (!system?.output) throw new Error('hello does not synthesize');
  const told: TracedMessage[] = [];
  const { graph, output } = system;
  const booted = await traceSystem({
    graph,
    image: output.image,
    reporter: silent,
    events,
    timeout: 60_000,
    onMessage: (message) => told.push(message),
  });
  expect(booted).toMatchObject({ ending: 'powered-off', code: 0 });
  expect(booted.console).toContain('client   | sent "hello", got "hello, client" (64 bytes, 1 call)');
  return told;
}

/** A message without its times. */
const plain = (message: TracedMessage): string =>
  messageText(message)
    .replace(/^ *[\d.]+ +/, '')
    .replace(/ {2}[\d.]+ [nµm]s$/, '');

describe.each(everyMachine)('on %s', (machine) => {
  test('every message is told, with names, method and fields, however few the kernel keeps', async () => {
    for (const events of [2048, 3]) {
      const told = await messages(machine, events);
      const lines = told.map(plain);
      expect(lines).toContain('client → greeter  greetings.greet(name: "hello")');
      expect(lines).toContain('client ← greeter  greetings.greet = (answer: "hello, client")');
      // What reached the console went there in messages, and each was answered.
      const text = told
        .filter(({ kind, from }) => kind === 'call' && from === 'client')
        .map(({ fields }) => (fields.text === undefined ? '' : (JSON.parse(fields.text) as string)))
        .join('');
      expect(text).toContain('client   | read 65536 bytes where greeter wrote them, 8192 of 8192 words as expected\n');
      const calls = told.filter(({ kind }) => kind === 'call');
      const replies = told.filter(({ kind }) => kind === 'reply');
      expect(replies.map(({ token }) => token)).toEqual(calls.map(({ token }) => token));
      for (const { time, sent } of told) expect(time).toBeGreaterThanOrEqual(sent);
      for (const [index, { time }] of told.entries()) expect(time).toBeGreaterThanOrEqual(told[index - 1]?.time ?? 0);
    }
  });

  test('between four cores no message is lost, and each reply is told after its call', async () => {
    const project = join(packageRoot, 'examples', 'cores');
    const [system] = (await synthesize({ project, machine, reporter: silent, write: true })).systems;
    if (!system?.output) throw new Error('cores does not synthesize');
    const told: TracedMessage[] = [];
    const { ending, code } = await traceSystem({
      graph: system.graph,
      image: system.output.image,
      reporter: silent,
      events: 64,
      timeout: 240_000,
      onMessage: (message) => told.push(message),
    });
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
    for (const caller of [0, 1, 2, 3]) {
      const server = `doubler-${(caller + 1) % 4}`;
      const calls = told.filter(({ kind, from }) => kind === 'call' && from === `caller-${caller}`);
      const replies = told.filter(({ kind, to }) => kind === 'reply' && to === `caller-${caller}`);
      expect(new Set(calls.map(({ to }) => to))).toEqual(new Set([server]));
      expect(new Set(replies.map(({ from }) => from))).toEqual(new Set([server]));
      // Of the one that is started anew, some calls are never answered, and are made again.
      expect(replies).toHaveLength(500);
      if (server === 'doubler-2') expect(calls.length).toBeGreaterThan(500);
      else expect(calls).toHaveLength(500);
      const answered = replies.map(({ fields }) => Number(fields.doubled));
      expect(answered).toEqual(Array.from({ length: 500 }, (_, value) => value * 2));
      const places = new Map(calls.map(({ token, time }) => [token, time]));
      for (const { token, time } of replies) expect(time).toBeGreaterThanOrEqual(places.get(token) ?? Number.NaN);
    }
  }, 300_000);

  test('of threads made at run time as well, by their numbers', async () => {
    const { code, stdout } = await veridian(['trace', 'examples/spawn/main.ts', '--machine', machine]);
    expect(code).toBe(0);
    // The process calls the thread, which its maker has called.
    const calls = [...stdout.matchAll(/^ *[\d.]+ +(\S.*?) → (thread \d) +endpoint \d\.label 0\(/gm)];
    const [[, first, server] = [], [, second, again] = []] = calls;
    expect([calls.length, first, again]).toEqual([2, 'maker', server]);
    expect(second).toMatch(/^thread \d$/);
    expect(second).not.toBe(server);
  }, 120_000);

  test('of one component, as a trace that Chrome reads', async () => {
    const out = join(folder, `${machine}.json`);
    const args = ['trace', 'examples/hello', 'greeter', '--machine', machine, '--format', 'chrome', '--out', out];
    const { code, stdout, stderr } = await veridian(args);
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('greeter  | ready');
    const { traceEvents } = JSON.parse(readFileSync(out, 'utf8')) as { traceEvents: ChromeEvent[] };
    const threads = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args: named }) => named?.name);
    expect(threads.sort()).toEqual(['client', 'greeter', 'terminal/driver']);
    const calls = traceEvents.filter(({ ph, name }) => ph === 'X' && name === 'greetings.greet');
    expect(calls).toHaveLength(2);
    for (const { dur } of calls) expect(dur).toBeGreaterThan(0);
  });
});

test('VERIDIAN_IPC_DEBUG shows the messages of a run, of all components or of those that it names', async () => {
  const all = await veridian(['run', 'examples/hello'], { VERIDIAN_IPC_DEBUG: '1' });
  expect(all.code).toBe(0);
  expect(all.stdout).not.toContain('→');
  expect(all.stderr).toContain('client → greeter  greetings.greet(name: "hello")');
  expect(all.stderr).toMatch(/greeter → terminal\/driver/);
  const one = await veridian(['run', 'examples/hello'], { VERIDIAN_IPC_DEBUG: 'client' });
  expect(one.stderr).toContain('client ← greeter  greetings.greet = (answer: "hello, client")');
  expect(one.stderr).not.toMatch(/greeter → terminal\/driver/);
});

test('when the time is over, what there is by then is told', async () => {
  const { code, stdout, stderr } = await veridian(
    ['trace', 'still', '--timeout', '3s'],
    {},
    join(packageRoot, 'examples', 'audit'),
  );
  expect(code).toBe(1);
  expect(stderr).toContain('the time was over');
  expect(stdout).toMatch(/idle → terminal\/driver {2}terminal\/requests\.write\(/);
});
