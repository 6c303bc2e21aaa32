import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateMonotonicBound, responseTime } from './response-time.js';

interface Task {
  readonly work: number;
  readonly period: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const hyperperiod = (tasks: readonly Task[]): number =>
  tasks.reduce((all, { period }) => (all / gcd(all, period)) * period, 1);

/** The longest response time of each task, the first the most urgent, in steps of one unit over the hyperperiod. */
function simulate(tasks: readonly Task[], offsets: readonly number[]): number[] {
  const left = tasks.map(() => [] as { readonly start: number; rest: number }[]);
  const longest = tasks.map(() => 0);
  const end = hyperperiod(tasks) * 2 + Math.max(...offsets);
  for (let now = 0; now < end; now++) {
    for (const [index, { work, period }] of tasks.entries()) {
      const since = now - (offsets[index] ?? 0);
      if (since >= 0 && since % period === 0) left[index]?.push({ start: now, rest: work });
    }
    const running = left.findIndex((jobs) => jobs.length > 0);
    const job = left[running]?.[0];
    if (!job) continue;
    job.rest -= 1;
    if (job.rest > 0) continue;
    left[running]?.shift();
    longest[running] = Math.max(longest[running] ?? 0, now + 1 - job.start);
  }
  for (const [index, jobs] of left.entries()) {
    for (const { start } of jobs) longest[index] = Math.max(longest[index] ?? 0, end - start);
  }
  return longest;
}

const analyse = (tasks: readonly Task[]): (number | undefined)[] =>
  tasks.map(({ work, period }, index) =>
    responseTime(
      work,
      0,
      tasks.slice(0, index).map((one) => ({ ...one, jitter: 0 })),
      period,
    ),
  );

const task = fc
  .tuple(fc.constantFrom(4, 5, 6, 8, 10, 12, 15, 20, 24), fc.integer({ min: 1, max: 6 }))
  .map(([period, work]) => ({ period, work: Math.min(work, period) }));

test('of independent tasks it is what a simulation of the hyperperiod finds, to the unit', () => {
  fc.assert(
    fc.property(fc.array(task, { minLength: 1, maxLength: 5 }), (tasks) => {
      const found = analyse(tasks);
      const seen = simulate(
        tasks,
        tasks.map(() => 0),
      );
      for (const [index, response] of found.entries()) {
        // A later job of a task that is late once waits for the earlier one too: nothing is said of how long.
        if (response === undefined) {
          expect(seen[index]).toBeGreaterThan(tasks[index]?.period ?? 0);
          return;
        }
        expect(seen[index]).toBe(response);
      }
    }),
    { numRuns: 500 },
  );
});

test('no other starts make it longer', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(task, fc.nat(24)), { minLength: 1, maxLength: 5 }), (all) => {
      const tasks = all.map(([one]) => one);
      const seen = simulate(
        tasks,
        all.map(([, offset]) => offset),
      );
      for (const [index, response] of analyse(tasks).entries()) {
        if (response === undefined) return;
        expect(seen[index]).toBeLessThanOrEqual(response);
      }
    }),
    { numRuns: 500 },
  );
});

test('the example of Audsley and others, and what keeps it waiting', () => {
  const before = [
    { work: 3, period: 7, jitter: 0 },
    { work: 3, period: 12, jitter: 0 },
  ];
  expect(responseTime(5, 0, before, 20)).toBe(20);
  expect(responseTime(5, 1, before, 20)).toBeUndefined();
  expect(responseTime(5, 0, [], 4)).toBe(5);
  expect(responseTime(2, 1, [{ work: 1, period: 4, jitter: 2 }], 20)).toBe(5);
});

test('the bound of rate-monotonic priorities', () => {
  expect([1, 2, 3].map((count) => rateMonotonicBound(count).toFixed(4))).toEqual(['1.0000', '0.8284', '0.7798']);
  expect(rateMonotonicBound(0)).toBe(1);
});
