import { expect, test } from 'vitest';
import { layOut } from '../layout/index.js';
import { checkSystem } from './check.js';
import { large } from './fixture.js';

/** Milliseconds that something takes. */
function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

test('10,000 components with five grants each are checked and laid out in time that grows with their number', () => {
  const [small, big] = [large(2000), large(10_000)];
  expect(checkSystem(small.graph, small.natives)).toEqual([]);
  const checks = [small, big].map(({ graph, natives }) => time(() => checkSystem(graph, natives)));
  const layouts = [small, big].map(({ graph, natives }) => time(() => layOut(graph, natives)));
  // Five times as many; room for a machine that does something else meanwhile, none for a square.
  for (const [few = 0, many = 0] of [checks, layouts]) expect(many).toBeLessThan(15 * few + 200);
  expect(checks[1]).toBeLessThan(2000);
});

test('a conflict in every one of 10,000 components is found as fast', () => {
  const { graph, natives } = large(10_000);
  for (const edge of graph.edges) if (edge.need === 'next') edge.rights.push('read');
  let count = 0;
  const taken = time(() => {
    count = checkSystem(graph, natives).length;
  });
  expect(count).toBe(10_000);
  expect(taken).toBeLessThan(3000);
});
