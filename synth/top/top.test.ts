import { describe, expect, test } from 'vitest';
import { frame, type Snapshot, snapshot, snapshotText, type ThreadSample } from './index.js';

/** A thread that has done nothing. */
const idle: ThreadSample = { state: 9n, reply: 1n, switches: 0n, ticks: 0n, sent: 0n, faults: 0n };
const CALLING = 5n;
const CALLING_SLOWLY = 6n;

/** What one component did between two samples in two seconds. */
function between(before: ThreadSample, after: ThreadSample) {
  const components = [{ path: 'shop/web', memory: 4096 }];
  const [one] = snapshot({ system: 'shop', time: 5, interval: 2, components }, [before], [after]).components;
  if (!one) throw new Error('no component');
  return one;
}

describe('what a component did', () => {
  test('rates are per second, ticks per cent, and faults since boot', () => {
    const before = { ...idle, reply: (7n << 32n) | 1n, ticks: 100n, sent: 2n, faults: 1n };
    const after = { ...before, state: 2n, reply: (27n << 32n) | 1n, switches: 10n, ticks: 600n, sent: 6n, faults: 4n };
    expect(between(before, after)).toEqual({
      path: 'shop/web',
      state: 'running',
      cpu: 25,
      // 10 by the scheduler, and two for each of 20 calls.
      switches: 25,
      ipc: 12,
      faults: 4,
      memory: 4096,
    });
  });

  test.each([CALLING, CALLING_SLOWLY])('a call that is not answered yet has one switch (state %s)', (state) => {
    const after = { ...idle, state, reply: (1n << 32n) | 1n };
    expect(between(idle, after)).toMatchObject({ state: 'calling', switches: 0.5, ipc: 0.5 });
    expect(between(after, { ...after, state: 3n })).toMatchObject({ state: 'receiving', switches: 0.5, ipc: 0 });
  });

  test('the number of its calls wraps at 2^32, and what the slow path counts off below 0', () => {
    const before = { ...idle, reply: (0xffff_fffen << 32n) | 1n };
    const after = { ...idle, reply: (2n << 32n) | 1n, switches: BigInt.asUintN(64, -4n) };
    expect(between(before, after)).toMatchObject({ ipc: 2, switches: 2 });
  });

  test('a counter that went back has not moved, and a state that nobody knows is unknown', () => {
    expect(between({ ...idle, ticks: 9n, sent: 3n }, { ...idle, state: 99n })).toMatchObject({
      state: 'unknown',
      cpu: 0,
      ipc: 0,
    });
  });
});

const shop: Snapshot = {
  system: 'shop',
  time: 12.34,
  interval: 1,
  components: [
    { path: 'shop/web', state: 'running', cpu: 61.25, switches: 12345.6, ipc: 1234, faults: 0, memory: 86_016 },
    { path: 'shop/cache/db', state: 'stopped', cpu: 0, switches: 0, ipc: 0.5, faults: 1, memory: 3 * 1024 * 1024 },
  ],
};

describe('as text', () => {
  test('a row for each component, numbers at the right', () => {
    expect(snapshotText(shop)).toEqual([
      'shop  12.3 s  2 components  61.3 % of a core',
      'component  state    CPU %  switches/s  IPC/s  faults   memory',
      'web        running   61.3      12,346  1,234       0   84 KiB',
      'cache/db   stopped    0.0         0.0    0.5       1  3.0 MiB',
    ]);
  });

  test('what a component made is below it', () => {
    const [web, db] = shop.components;
    if (!web || !db) throw new Error('the shop has two components');
    const made = { ...web, cpu: 1, switches: 3, ipc: 0, memory: 0 };
    const components = [web, { ...made, thread: 0, process: false }, { ...made, thread: 4, process: true }, db];
    expect(snapshotText({ ...shop, components })).toEqual([
      'shop  12.3 s  2 components, 2 threads made  63.3 % of a core',
      'component            state    CPU %  switches/s  IPC/s  faults   memory',
      'web                  running   61.3      12,346  1,234       0   84 KiB',
      '  thread 0           running    1.0         3.0    0.0       0        –',
      '  process, thread 4  running    1.0         3.0    0.0       0        –',
      'cache/db             stopped    0.0         0.0    0.5       1  3.0 MiB',
    ]);
  });

  test('colours only where they are asked for', () => {
    expect(snapshotText(shop).join('')).not.toContain('\x1b');
    const [, head = '', web = '', db = ''] = snapshotText(shop, { colour: true, columns: 9 });
    expect([head, web, db]).toEqual([
      '\x1b[1mcomponent\x1b[0m',
      '\x1b[32mweb      \x1b[0m',
      '\x1b[31mcache/db \x1b[0m',
    ]);
  });

  test('what a terminal has no rows for is counted', () => {
    expect(snapshotText(shop, { rows: 4 })).toHaveLength(4);
    expect(snapshotText(shop, { rows: 3 }).slice(1)).toEqual([snapshotText(shop)[1], '… and 2 more']);
  });

  test('a frame takes the place of the one before', () => {
    expect(frame(['a', 'b'], 0)).toBe('a\nb\n');
    expect(frame(['c'], 2)).toBe('\x1b[2A\r\x1b[Jc\n');
  });
});
