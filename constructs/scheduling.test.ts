import { expect, test } from 'vitest';
import { batch, interactive, realtime } from './scheduling.js';

test('a priority is in a class', () => {
  expect([realtime(0), interactive(120), batch(199)]).toEqual([
    { class: 'realtime', priority: 0 },
    { class: 'interactive', priority: 120 },
    { class: 'batch', priority: 199 },
  ]);
});
