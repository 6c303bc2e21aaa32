import { expect, test } from 'vitest';
import { readCensus } from './census.js';

const answer = [
  'begin',
  'c 0 120 20 4294967295 2147483648 2',
  'h 0 3 1 20 1 4 5 0 2',
  'm 0 400000 2 5 201000',
  's 1 0 32 2',
];

test('an answer is records, once it is whole', () => {
  const text = [...answer, 'end 4', ''].join('\n');
  expect(readCensus(text)).toEqual({
    components: [{ index: 0, priority: 120, slots: 20, supervisor: 0xffff_ffff, badge: 0x8000_0000, state: 2 }],
    capabilities: [
      {
        holder: 0,
        slot: 3,
        kind: 1,
        rights: 20,
        generation: 1,
        object: 4,
        badge: 5,
        parent: { holder: 0, slot: 2 },
      },
    ],
    mappings: [{ holder: 0, address: 0x40_0000n, pages: 2, flags: 5, physical: 0x20_1000n }],
    spaces: [{ holder: 1, space: 0, slots: 32, threads: 2 }],
  });
  expect(readCensus(answer.join('\n'))).toBeUndefined();
  expect(readCensus(text.slice(0, -1))).toBeUndefined();
});

test.each([
  ['a line that is none', [...answer, 'hello', 'end 5']],
  ['a record that is cut short', [...answer, 'm 0 1000', 'end 5']],
  ['something before it', ['hello', ...answer, 'end 4']],
  ['a record that is lost', [...answer.slice(0, 3), 'end 4']],
])('%s is refused', (_, lines) => {
  expect(() => readCensus(`${lines.join('\n')}\n`)).toThrow(/no part of an answer/);
});
