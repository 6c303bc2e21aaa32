import { describe, expect, test } from 'vitest';
import { type DefinitionError, DefinitionErrors } from './definition-error.js';
import { bool, bytes, fieldSize, i8, i16, i32, i64, text, u8, u16, u32, u64 } from './fields.js';
import { untyped } from './fixture.js';
import { defineInterface, method, oneway } from './interface.js';

function mistake(define: () => unknown): DefinitionError {
  try {
    define();
  } catch (error) {
    if (error instanceof DefinitionErrors && error.errors[0] !== undefined) return error.errors[0];
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an interface', () => {
  test('numbers its methods and names a right for each', () => {
    const Store = defineInterface('Store', {
      open: method({ name: text({ max: 16 }) }, { file: u32 }),
      list: method({ from: u16 }, { names: bytes({ max: 32 }) }, { right: 'read' }),
      read: method({ file: u32 }, { last: bool }),
      forget: oneway({ file: u32 }),
    });
    expect(Store.definition).toEqual({
      name: 'Store',
      rights: ['open', 'read', 'forget'],
      methods: [
        {
          name: 'open',
          label: 0,
          right: 'open',
          oneway: false,
          request: [{ name: 'name', value: { type: 'text', max: 16 } }],
          response: [{ name: 'file', value: { type: 'u32' } }],
        },
        {
          name: 'list',
          label: 1,
          right: 'read',
          oneway: false,
          request: [{ name: 'from', value: { type: 'u16' } }],
          response: [{ name: 'names', value: { type: 'bytes', max: 32 } }],
        },
        {
          name: 'read',
          label: 2,
          right: 'read',
          oneway: false,
          request: [{ name: 'file', value: { type: 'u32' } }],
          response: [{ name: 'last', value: { type: 'bool' } }],
        },
        {
          name: 'forget',
          label: 3,
          right: 'forget',
          oneway: true,
          request: [{ name: 'file', value: { type: 'u32' } }],
          response: [],
        },
      ],
    });
  });

  test('fits messages of exactly 4096 bytes and refuses one of 4097', () => {
    expect(() => defineInterface('Fits', { put: method({ data: bytes({ max: 4094 }) }, {}) })).not.toThrow();
    const error = mistake(() => defineInterface('Big', { put: method({ key: u8, data: bytes({ max: 4094 }) }, {}) }));
    expect(error).toMatchObject({
      code: 'VRD0012',
      summary: 'the request of Big.put does not fit into a message',
      value: '4097 bytes',
      source: { file: 'constructs/interface.test.ts' },
    });
    expect(mistake(() => defineInterface('Big', { get: method({}, { a: text({ max: 4090 }), b: u64 }) })).value).toBe(
      '4100 bytes',
    );
  });

  test.each([
    ['a name with a dash', () => defineInterface('File-System', { open: method({}, {}) }), 'File-System'],
    ['a method with a space', () => defineInterface('F', { 'open file': method({}, {}) }), 'open file'],
    ['a right that is none', () => defineInterface('F', { open: method({}, {}, { right: '' }) }), ''],
    ['a field with a dot', () => defineInterface('F', { open: method({ 'a.b': u8 }, {}) }), 'a.b'],
    ['a text without length', () => defineInterface('F', { open: method({ a: text({ max: 0 }) }, {}) }), '0'],
    ['a text beyond a message', () => defineInterface('F', { open: method({ a: text({ max: 4095 }) }, {}) }), '4095'],
    ['a fraction of a byte', () => defineInterface('F', { open: method({ a: bytes({ max: 1.5 }) }, {}) }), '1.5'],
    ['no method', () => defineInterface('F', {}), '{}'],
    ['the right to delegate', () => defineInterface('F', { delegate: method({}, {}) }), 'delegate'],
    ['thirteen rights', () => defineInterface('F', many(13)), '13'],
  ])('refuses %s', (_, define, value) => {
    expect(mistake(define)).toMatchObject({ code: 'VRD0012', value });
  });

  test('has up to twelve rights', () => {
    expect(defineInterface('F', many(12)).rights).toHaveLength(12);
  });

  test('is declared with methods and fields, not with what JavaScript may pass instead', () => {
    expect(mistake(() => defineInterface('F', untyped({ open: 'read' }))).value).toBe("open: 'read'");
    expect(mistake(() => defineInterface('F', untyped({ open: method(untyped({ a: 'u8' }), {}) }))).value).toBe(
      "open: request: a: 'u8'",
    );
    expect(mistake(() => defineInterface('F', untyped(undefined))).value).toBe('undefined');
    expect(mistake(() => defineInterface(untyped(7), {})).value).toBe('7');
  });

  test('says all that is wrong at once', () => {
    try {
      defineInterface('a-b', { 'c-d': method({ 'e-f': u8 }, {}, { right: 'ok' }) });
      expect.unreachable();
    } catch (error) {
      expect((error as DefinitionErrors).errors.map(({ value }) => value)).toEqual(['a-b', 'c-d', 'e-f']);
    }
  });
});

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, method({}, {})]));

test('a field has the size of its type', () => {
  expect([u8, i8, bool, u16, i16, u32, i32, u64, i64].map(fieldSize)).toEqual([1, 1, 1, 2, 2, 4, 4, 8, 8]);
  expect(fieldSize(text({ max: 20 }))).toBe(21);
});
