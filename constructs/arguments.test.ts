import { expect, test } from 'vitest';
import * as z from 'zod';
import { argument, mistakesIn, nearest, written } from './arguments.js';
import { shop } from './fixture.js';

const place = { type: 'Thing', path: 'shop/thing', source: { file: 'main.ts', line: 3 } };

test('the nearest names come first, and none that is far', () => {
  const names = ['program', 'grants', 'scheduling', 'stack', 'zone', 'supervisor'];
  expect(nearest('progam', names)).toEqual(['program']);
  expect(nearest('Grant', names)).toEqual(['grants']);
  expect(nearest('schedule', names)).toEqual(['scheduling']);
  expect(nearest('x', ['zone'])).toEqual([]);
});

test('an unknown argument is told with the one that was meant', () => {
  const schema = z.strictObject({ size: argument.count, zone: argument.text.optional() });
  expect(mistakesIn(schema, { size: 1, zon: 'a' }, place)).toEqual([
    {
      code: 'VRD0002',
      summary: 'Thing takes no `zon`',
      path: 'shop/thing',
      source: place.source,
      value: 'zon',
      allowed: 'size, zone',
      help: 'write `zone`, or remove it',
    },
  ]);
  expect(mistakesIn(z.strictObject({}), { anything: 1 }, place)).toMatchObject([
    { allowed: 'no arguments', help: 'remove it' },
  ]);
});

test('a missing argument is told apart from a bad one', () => {
  const schema = z.strictObject({ size: argument.count });
  expect(mistakesIn(schema, {}, place)).toMatchObject([{ code: 'VRD0003', summary: 'Thing needs `size`' }]);
  expect(mistakesIn(schema, { size: -4 }, place)).toMatchObject([
    { code: 'VRD0003', summary: 'Thing cannot take this as `size`', value: '-4', allowed: 'a whole number, 0 or more' },
  ]);
  expect(mistakesIn(schema, { size: 4 }, place)).toEqual([]);
});

test('a bad value is written short, a construct by its path', () => {
  expect(written(shop().system)).toBe('System shop');
  expect(written('a'.repeat(200))).toHaveLength(80);
});
