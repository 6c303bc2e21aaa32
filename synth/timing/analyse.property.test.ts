import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyseTiming } from './index.js';
import { graphOf, longestResponses, type Model } from './kernel-model.fixture.js';

/** A generator of numbers from 0 to 1 that a seed decides. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const priority = fc.integer({ min: 0, max: 60 });
const model: fc.Arbitrary<Model> = fc.integer({ min: 0, max: 3 }).chain((count) => {
  const calls = (first: number, most: number): fc.Arbitrary<number[]> =>
    first >= count ? fc.constant([]) : fc.array(fc.integer({ min: first, max: count - 1 }), { maxLength: most });
  const server = (index: number) =>
    fc.record({
      priority: fc.integer({ min: 0, max: 120 }),
      work: fc.integer({ min: 1, max: 3 }),
      calls: calls(index + 1, 1),
      own: fc.option(fc.record({ period: fc.integer({ min: 30, max: 150 }), work: fc.integer({ min: 1, max: 4 }) }), {
        nil: undefined,
      }),
    });
  const task = fc.record({
    priority,
    period: fc.integer({ min: 12, max: 120 }),
    work: fc.integer({ min: 1, max: 6 }),
    calls: calls(0, 3),
  });
  return fc.record({
    servers: fc.tuple(...Array.from({ length: count }, (_, index) => server(index))),
    tasks: fc.array(task, { minLength: 1, maxLength: 4 }),
    background: calls(0, 2),
  });
});

test('with servers, nothing takes longer in a simulation of the kernel than the analysis says', () => {
  let compared = 0;
  let tight = 0;
  fc.assert(
    fc.property(model, fc.integer(), (system, seed) => {
      const tasks = analyseTiming(graphOf(system)).flatMap((core) => core.tasks);
      // What is left over of late work is said nothing of.
      if (tasks.some(({ response, deadline }) => response === undefined || response > deadline)) return;
      const chance = numbers(seed);
      for (let run = 0; run < 4; run++) {
        const seen = longestResponses(system, 600, chance);
        for (const { component, response = 0 } of tasks) {
          const [, server, number] = /^shop\/(t|server)(\d+)$/.exec(component) ?? [];
          const longest = seen[Number(number) + (server === 'server' ? system.tasks.length : 0)] ?? 0;
          expect(longest).toBeLessThanOrEqual(response);
          compared += 1;
          if (longest === response) tight += 1;
        }
      }
    }),
    { numRuns: 1500 },
  );
  // Neither an analysis without answers nor one without meaning passes.
  expect(compared).toBeGreaterThan(1000);
  expect(tight).toBeGreaterThan(compared / 20);
}, 60_000);
