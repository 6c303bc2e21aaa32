// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const resident = Program.of<{
  log: Capability<'Console', 'write'>;
}>({
  name: 'resident',
  file: 'cargo:resident',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/numa/programs/resident/src/main.rs', line: 10 },
    },
  ],
});

export const surveyor = Program.of<{
  near: Capability<'Dma', 'read'>;
  far: Capability<'Dma', 'read'>;
  more: Capability<'Dma', 'read'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'surveyor',
  file: 'cargo:surveyor',
  needs: [
    {
      name: 'near',
      kind: 'Dma',
      rights: ['read'],
      source: { file: 'examples/numa/programs/surveyor/src/main.rs', line: 9 },
    },
    {
      name: 'far',
      kind: 'Dma',
      rights: ['read'],
      source: { file: 'examples/numa/programs/surveyor/src/main.rs', line: 10 },
    },
    {
      name: 'more',
      kind: 'Dma',
      rights: ['read'],
      source: { file: 'examples/numa/programs/surveyor/src/main.rs', line: 11 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/numa/programs/surveyor/src/main.rs', line: 12 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/numa/programs/surveyor/src/main.rs', line: 13 },
    },
  ],
});
