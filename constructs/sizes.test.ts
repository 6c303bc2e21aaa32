import { expect, test } from 'vitest';
import { GiB, KiB, MiB } from './sizes.js';

test('sizes are in bytes', () => {
  expect([KiB(4), MiB(64), GiB(8)]).toEqual([4096, 67_108_864, 8_589_934_592]);
});
