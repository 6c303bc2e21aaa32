// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const keeper = Program.of<{
  trespasser: Capability<'Process', 'wait' | 'restart'>;
}>({
  name: 'keeper',
  file: 'cargo:keeper',
  needs: [
    {
      name: 'trespasser',
      kind: 'Process',
      rights: ['wait', 'restart'],
      source: { file: 'examples/protection/programs/keeper/src/main.rs', line: 9 },
    },
  ],
});

export const trespasser = Program.of<{
  orders: Capability<'Orders', 'next'>;
  region: Capability<'SharedRegion', 'read' | 'write'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'trespasser',
  file: 'cargo:trespasser',
  needs: [
    {
      name: 'orders',
      kind: 'Orders',
      rights: ['next'],
      source: { file: 'examples/protection/programs/trespasser/src/main.rs', line: 12 },
    },
    {
      name: 'region',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/protection/programs/trespasser/src/main.rs', line: 13 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/protection/programs/trespasser/src/main.rs', line: 14 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/protection/programs/trespasser/src/main.rs', line: 15 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/protection/programs/trespasser/src/main.rs', line: 16 },
    },
  ],
});

export const warden = Program.of<{
  requests: Capability<'Server<Orders>', 'next'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'warden',
  file: 'cargo:warden',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Orders>',
      rights: ['next'],
      source: { file: 'examples/protection/programs/warden/src/main.rs', line: 10 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/protection/programs/warden/src/main.rs', line: 11 },
    },
  ],
});
