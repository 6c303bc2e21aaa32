import { expect, test } from 'vitest';
import { programConstant, renderProgramTypes } from './index.js';

const source = { file: 'programs/client/src/main.rs', line: 8 };

test('the types of programs, in order of their names', () => {
  const text = renderProgramTypes([
    { file: 'cargo:idle', manifest: { program: 'idle', interfaces: new Map(), needs: [] } },
    {
      file: 'cargo:client',
      manifest: {
        program: 'client',
        interfaces: new Map(),
        needs: [
          { name: 'greeter', kind: 'Greeter', rights: ['greet', 'part'], source },
          {
            name: 'requests',
            kind: 'Server<Greeter>',
            rights: ['greet'],
            optional: true,
            source: { ...source, line: 9 },
          },
        ],
      },
    },
  ]);
  expect(
    text,
  ).toBe(`// Written by \`veridian\` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const client = Program.of<{
  greeter: Capability<'Greeter', 'greet' | 'part'>;
  requests?: Capability<'Server<Greeter>', 'greet'>;
}>({
  name: 'client',
  file: 'cargo:client',
  needs: [
    {
      name: 'greeter',
      kind: 'Greeter',
      rights: ['greet', 'part'],
      source: { file: 'programs/client/src/main.rs', line: 8 },
    },
    {
      name: 'requests',
      kind: 'Server<Greeter>',
      rights: ['greet'],
      optional: true,
      source: { file: 'programs/client/src/main.rs', line: 9 },
    },
  ],
});

export const idle = Program.of<Record<never, never>>({
  name: 'idle',
  file: 'cargo:idle',
  needs: [],
});
`);
});

test('names of constants are names in TypeScript', () => {
  expect(['block-cache', 'client', 'new', '9p'].map(programConstant)).toEqual([
    'blockCache',
    'client',
    'program_new',
    'program_9p',
  ]);
});
