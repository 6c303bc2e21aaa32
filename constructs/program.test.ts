import { expect, test } from 'vitest';
import { Component } from './component.js';
import { DefinitionErrors } from './definition-error.js';
import { graphOf, idle, reader, shop, untyped } from './fixture.js';
import { Program } from './program.js';

test('a program is in the graph once, however many components run it', () => {
  const { app, system } = shop();
  for (const id of ['a', 'b']) new Component(system, id, { program: idle, grants: {} });
  expect(graphOf(app).programs).toEqual([{ name: 'idle', file: 'cargo:idle', needs: [] }]);
});

test('a program keeps the order of its needs and their rights', () => {
  expect(reader.definition.needs[0]?.rights).toEqual(['open', 'read']);
  expect(reader.name).toBe('reader');
});

test('a program says all that is wrong with its arguments', () => {
  try {
    Program.of(untyped({ name: '', file: 'cargo:x', needs: [{ name: 'log' }], sha: '' }));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionErrors);
    const { errors } = error as DefinitionErrors;
    expect(errors.map(({ code, value }) => [code, value])).toEqual([
      ['VRD0003', "''"],
      ['VRD0003', "[ { name: 'log' } ]"],
      ['VRD0002', 'sha'],
    ]);
    expect(errors[0]?.source.file).toBe('constructs/program.test.ts');
  }
});
