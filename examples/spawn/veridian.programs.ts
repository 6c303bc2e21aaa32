// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const doubler = Program.of<{
  requests: Capability<'Server<Doubles>', 'double'>;
}>({
  name: 'doubler',
  file: 'cargo:doubler',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Doubles>',
      rights: ['double'],
      source: { file: 'examples/spawn/programs/doubler/src/main.rs', line: 10 },
    },
  ],
});

export const hatcher = Program.of<{
  pool: Capability<'MemoryPool', 'allocate' | 'spawn'>;
  counters: Capability<'SharedRegion', 'read' | 'write'>;
  doubles: Capability<'Doubles', 'double'>;
}>({
  name: 'hatcher',
  file: 'cargo:hatcher',
  needs: [
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'spawn'],
      source: { file: 'examples/spawn/programs/hatcher/src/main.rs', line: 13 },
    },
    {
      name: 'counters',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/spawn/programs/hatcher/src/main.rs', line: 14 },
    },
    {
      name: 'doubles',
      kind: 'Doubles',
      rights: ['double'],
      source: { file: 'examples/spawn/programs/hatcher/src/main.rs', line: 15 },
    },
  ],
});

export const keeper = Program.of<{
  hatcher: Capability<'Process', 'wait' | 'stop' | 'restart'>;
  counters: Capability<'SharedRegion', 'read' | 'write'>;
  doubles: Capability<'Doubles', 'double'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'keeper',
  file: 'cargo:keeper',
  needs: [
    {
      name: 'hatcher',
      kind: 'Process',
      rights: ['wait', 'stop', 'restart'],
      source: { file: 'examples/spawn/programs/keeper/src/main.rs', line: 12 },
    },
    {
      name: 'counters',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/spawn/programs/keeper/src/main.rs', line: 13 },
    },
    {
      name: 'doubles',
      kind: 'Doubles',
      rights: ['double'],
      source: { file: 'examples/spawn/programs/keeper/src/main.rs', line: 14 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/spawn/programs/keeper/src/main.rs', line: 15 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/spawn/programs/keeper/src/main.rs', line: 16 },
    },
  ],
});

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
