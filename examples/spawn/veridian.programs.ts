// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const maker = Program.of<{
  pool: Capability<'MemoryPool', 'allocate' | 'create' | 'spawn'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'maker',
  file: 'cargo:maker',
  needs: [
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create', 'spawn'],
      source: { file: 'examples/spawn/programs/maker/src/main.rs', line: 12 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/spawn/programs/maker/src/main.rs', line: 13 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/spawn/programs/maker/src/main.rs', line: 14 },
    },
  ],
});
