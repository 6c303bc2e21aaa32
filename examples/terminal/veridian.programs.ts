// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const parrot = Program.of<{
  terminal: Capability<'Console', 'read' | 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'parrot',
  file: 'cargo:parrot',
  needs: [
    {
      name: 'terminal',
      kind: 'Console',
      rights: ['read', 'write'],
      source: { file: 'examples/terminal/programs/parrot/src/main.rs', line: 11 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/terminal/programs/parrot/src/main.rs', line: 12 },
    },
  ],
});
