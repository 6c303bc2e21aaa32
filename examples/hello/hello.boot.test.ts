import { bootSystem } from 'veridian/testing';
import { expect, test } from 'vitest';

test('hello greets over a typed endpoint, shares a region without a copy, and powers off with code 0', async () => {
  const { console, ending, code } = await bootSystem(import.meta.dirname);
  const [boot, ...lines] = console.split(/\r?\n/).filter((line) => line !== '');
  expect(boot).toMatch(/^veridian \S+ x86_64 abi [0-9a-f]{8} graph [0-9a-f]{8}$/);
  expect(lines).toEqual([
    'greeter  | ready',
    'client   | sent "hello", got "hello, client" (64 bytes, 1 call)',
    'client   | read 65536 bytes where greeter wrote them, 8192 of 8192 words as expected',
  ]);
  expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
});
