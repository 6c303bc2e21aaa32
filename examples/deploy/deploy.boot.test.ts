import { bootSystem } from 'veridian/testing';
import { expect, test } from 'vitest';

test('a machine that is left alone stays up', async () => {
  const { ending, console } = await bootSystem(import.meta.dirname, { expect: /beat 2/ });
  expect(ending).toBe('expected');
  expect(console).toContain('heartbeat | beat 1');
});
