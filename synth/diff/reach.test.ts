import { expect, test } from 'vitest';
import { component, grant, system } from './fixture.js';
import { diffRevisions, renderText, trips } from './index.js';

test('a comparison that would be too long says how much it does not list, and trips', () => {
  // Whoever holds the buffer reaches everybody, so that what is new grows with the square of how many do.
  const paths = Array.from({ length: 250 }, (_, index) => `shop/c${index}`);
  const nodes = [
    {
      type: 'Dma' as const,
      path: 'shop/buffer',
      source: { file: 'main.ts', line: 3 },
      size: 4096,
      zone: 'shop/normal',
    },
    ...paths.flatMap((path, index) => [
      component(path, 'worker', 10 + index),
      { type: 'Notification' as const, path: `${path}-bell`, source: { file: 'main.ts', line: 5 } },
    ]),
  ];
  const bells = paths.map((path) => grant(path, 'bell', `${path}-bell`, 'Notification', ['signal', 'wait']));
  const devices = paths.map((path) => grant(path, 'buffer', 'shop/buffer', 'Dma', ['read', 'write'], 90));
  const diff = diffRevisions(
    { name: 'main', graphs: [system('shop', nodes, bells)] },
    { name: 'the working tree', graphs: [system('shop', nodes, [...bells, ...devices])] },
  );
  const listed = diff.systems
    .flatMap(({ components }) => components)
    .flatMap(({ reaches }) => reaches)
    .reduce((sum, { rights }) => sum + rights.length, 0);
  expect(listed).toBeLessThanOrEqual(100_000);
  const [unlisted = '', unwitnessed = ''] = diff.systems[0]?.omitted ?? [];
  expect(unlisted).toMatch(/^[\d,]+ rights that are newly reached or lost are not listed$/);
  expect(unwitnessed).toMatch(/^[\d,]+ of those listed have no path beside them$/);
  expect(diff.complete).toBe(false);
  expect(renderText(diff)).toMatch(/ · NOT complete\n$/);
  expect(trips(diff, 'broadening')).toBe(true);
});
