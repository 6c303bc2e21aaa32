import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesize } from '../pipeline/index.js';
import { everyMachine } from '../testing/index.js';
import { packageRoot, run, silent } from '../toolchain/index.js';
import { type ComponentActivity, type Snapshot, topSystem } from './index.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];

/** A component of a snapshot. */
function component({ components }: Snapshot, path: string): ComponentActivity {
  const found = components.find((one) => one.path === path);
  if (!found) throw new Error(`no ${path}`);
  return found;
}

describe.each(everyMachine)('on %s', (machine) => {
  test('who computes has the processor as the scheduler shares it, until the machine powers off', async () => {
    const project = join(packageRoot, 'examples', 'scheduling');
    const [system] = (await synthesize({ project, machine, reporter: silent, write: true })).systems;
    if (!system?.output) throw new Error('scheduling does not synthesize');
    const snapshots: Snapshot[] = [];
    const { ending, code } = await topSystem({
      graph: system.graph,
      image: system.output.image,
      reporter: silent,
      interval: 200,
      timeout: 60_000,
      onSnapshot: (one) => snapshots.push(one) > 0,
    });
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
    // The referee ends it after 900 ms; a busy host makes an interval longer.
    expect(snapshots.length).toBeGreaterThanOrEqual(2);
    let time = 0;
    for (const one of snapshots) {
      expect(one.interval).toBeGreaterThanOrEqual(0.15);
      expect(one.time).toBeCloseTo(time + one.interval);
      time = one.time;
      expect(['running', 'ready', 'exhausted']).toContain(component(one, 'scheduling/greedy').state);
      // The tick in which it is looked at first may find it on its way to sleep.
      expect(component(one, 'scheduling/referee')).toMatchObject({ state: 'sleeping', ipc: 0, faults: 0 });
      expect(one.components.filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(1);
      for (const { memory } of one.components) expect(memory % 4096).toBe(0);
      for (const { memory } of one.components) expect(memory).toBeGreaterThan(16 * 1024);
    }
    /** A figure of one component over all snapshots: a busy host loses ticks in some of them, for everybody. */
    const average = (path: string, figure: 'cpu' | 'switches'): number =>
      snapshots.reduce((sum, one) => sum + component(one, path)[figure] * one.interval, 0) / time;
    const paths = snapshots[0]?.components.map(({ path }) => path) ?? [];
    const busy = paths.reduce((sum, path) => sum + average(path, 'cpu'), 0);
    expect(busy).toBeGreaterThan(20);
    expect(busy).toBeLessThan(130);
    // Half of the ticks are all that the kernel lets it have.
    const greedy = average('scheduling/greedy', 'cpu') / busy;
    expect(greedy).toBeGreaterThan(0.35);
    expect(greedy).toBeLessThan(0.6);
    const batch = average('scheduling/large', 'cpu') + average('scheduling/small', 'cpu');
    expect(batch / busy).toBeGreaterThan(0.3);
    // It sleeps for 5 ms again and again.
    expect(average('scheduling/pulse', 'switches')).toBeGreaterThan(20);
    expect(average('scheduling/referee', 'cpu')).toBeLessThan(3);
  });

  test('threads and processes that were made have rows below their maker, whatever core they are on', async () => {
    // A process lives for a few milliseconds only: often enough to meet some on a fast host as well.
    const args = ['top', 'examples/spawn/killed.ts', '--machine', machine, '--interval', '20ms', '--json'];
    const { code, stdout, stderr } = await run(process.execPath, [...tool, ...args, '--expect', 'killed 20 times'], {
      cwd: packageRoot,
      timeout: 240_000,
    });
    expect(stderr).toMatch(/^✓ the console matched/m);
    expect(code).toBe(0);
    const snapshots = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Snapshot);
    const components = ['killed/doubler', 'killed/hatcher', 'killed/keeper', 'killed/terminal/driver'];
    const made = snapshots.flatMap((one) => one.components.filter(({ thread }) => thread !== undefined));
    for (const one of snapshots) {
      expect(one.components.flatMap(({ path, thread }) => (thread === undefined ? [path] : []))).toEqual(components);
      const at = one.components.findIndex(({ path }) => path === 'killed/hatcher');
      const own = one.components.filter(({ thread }) => thread !== undefined);
      expect(one.components.slice(at + 1, at + 1 + own.length)).toEqual(own);
    }
    expect(new Set(made.map(({ path }) => path))).toEqual(new Set(['killed/hatcher']));
    expect(made.filter(({ process }) => process).some(({ ipc }) => ipc > 0)).toBe(true);
    expect(made.filter(({ process }) => !process).some(({ cpu }) => cpu > 0)).toBe(true);
    // They run side by side.
    const running = snapshots.map((one) => one.components.filter(({ state }) => state === 'running').length);
    expect(Math.max(...running)).toBeGreaterThan(1);
  }, 300_000);

  test('a message a second is one, as JSON on standard output, with the console apart', async () => {
    const args = ['top', 'examples/deploy', '--machine', machine, '--interval', '3s', '--once', '--json'];
    const { code, stdout, stderr } = await run(process.execPath, [...tool, ...args], {
      cwd: packageRoot,
      timeout: 120_000,
    });
    expect(code).toBe(0);
    expect(stderr).toContain('heartbeat | beat 1');
    const one = JSON.parse(stdout) as Snapshot;
    expect(one.system).toBe('web');
    expect(one.components.map(({ path }) => path)).toEqual(['web/heartbeat', 'web/terminal/driver']);
    const beat = component(one, 'web/heartbeat');
    expect(beat.state).toBe('sleeping');
    expect(beat.ipc * one.interval).toBeGreaterThan(1.5);
    expect(beat.ipc).toBeLessThan(1.6);
    // The scheduler wakes it, and its call goes there and back.
    expect(beat.switches).toBeGreaterThan(2 * beat.ipc);
    expect(component(one, 'web/terminal/driver')).toMatchObject({ state: 'receiving', ipc: 0, faults: 0 });
  });
});

test('Ctrl-C ends it, and what was shown by then stays', async () => {
  const child = spawn(process.execPath, [...tool, 'top', 'examples/deploy', '--interval', '500ms'], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let shown = '';
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    // Behind the second.
    if (shown.split('heartbeat').length > 2) child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect(status).toBe(130);
  expect(said).toMatch(/^✓ ended$/m);
  expect(shown).toMatch(/^web {2}\d+\.\d s {2}2 components {2}/m);
  expect(shown).toMatch(/^heartbeat +(sleeping|calling|running|ready) +\d+\.\d +\d+\.\d +\d+\.\d +0 +\d+ KiB$/m);
});
