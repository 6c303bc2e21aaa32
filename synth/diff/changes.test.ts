import { expect, test } from 'vitest';
import type { Node } from '../../constructs/graph/index.js';
import { component, grant, system } from './fixture.js';
import { diffRevisions, lockText, readLockText, renderText } from './index.js';

const source = { file: 'main.ts', line: 5 };
const pool = (makes: object, more: object = {}): Node => ({
  type: 'MemoryPool',
  path: 'shop/pool',
  source,
  size: 65536,
  regions: 4,
  zone: 'shop/normal',
  makes: { endpoints: 1, notifications: 0, spaces: 1, threads: 2, ...makes },
  ...more,
});
const shop = (node: Node, rights = ['allocate', 'create', 'spawn'], core = 0) =>
  system(
    'shop',
    [node, component('shop/web', 'web', 40, core === 0 ? {} : { core })],
    [grant('shop/web', 'memory', 'shop/pool', 'MemoryPool', rights, 44)],
  );

/** What is said of web, line by line; with what was locked the same must be said. */
function said(base: ReturnType<typeof shop>, head: ReturnType<typeof shop>): string[] {
  const texts = [[base], readLockText(lockText([base]))].map((graphs) =>
    renderText(diffRevisions({ name: 'main', graphs }, { name: 'here', graphs: [head] })),
  );
  expect(texts[1]).toBe(texts[0]);
  const lines = (texts[0] ?? '').split('\n').slice(2, -3);
  return lines.map((line) => line.trim().replace(/ +/g, ' '));
}

test('what can be made of a pool is compared for whoever may make it', () => {
  const was = '65,536 bytes, 4 regions, 1 endpoints, 1 address spaces, 2 threads';
  const more = pool({ threads: 3 });
  expect(said(shop(pool({})), shop(more))).toEqual([
    'shop/web BROADER main.ts:44',
    `+ memory: MemoryPool, 65,536 bytes, 4 regions, 1 endpoints, 1 address spaces, 3 threads was ${was}`,
  ]);
  expect(said(shop(pool({})), shop(pool({ endpoints: 0 })))).toEqual([
    'shop/web NARROWER main.ts:44',
    `− memory: MemoryPool, 65,536 bytes, 4 regions, 1 address spaces, 2 threads was ${was}`,
  ]);
  const other = pool({ endpoints: 0, notifications: 2 });
  expect(said(shop(pool({})), shop(other))[0]).toBe('shop/web INCOMPARABLE main.ts:44');
  const regions = pool({}, { regions: 9 });
  expect(said(shop(pool({})), shop(regions))[0]).toBe('shop/web BROADER main.ts:44');
  // Who may not make threads can do no more than before.
  expect(said(shop(pool({}), ['allocate']), shop(more, ['allocate']))).toEqual([]);
});

test('cores that threads may be put on are compared', () => {
  const [none, two] = [pool({}), pool({}, { cores: [1, 3] })];
  expect(said(shop(none), shop(two))).toEqual([
    'shop/web BROADER main.ts:44',
    expect.stringContaining('2 threads, threads on core 1 or 3 was 65,536 bytes'),
  ]);
  expect(said(shop(two), shop(pool({}, { cores: [3] })))[0]).toBe('shop/web NARROWER main.ts:44');
  expect(said(shop(two), shop(pool({}, { cores: [1, 2] })))[0]).toBe('shop/web INCOMPARABLE main.ts:44');
});

test('a component on another core can do something else', () => {
  const [first, third] = [shop(pool({})), shop(pool({}), undefined, 2)];
  expect(said(first, third)).toEqual(['shop/web INCOMPARABLE main.ts:40', '± core: 2 was 0']);
  expect(said(third, first)).toEqual(['shop/web INCOMPARABLE main.ts:40', '± core: 0 was 2']);
  expect(said(third, third)).toEqual([]);
});
