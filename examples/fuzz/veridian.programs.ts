// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const bystander = Program.of<{
  requests: Capability<'Server<Bystander>', 'next'>;
}>({
  name: 'bystander',
  file: 'cargo:bystander',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Bystander>',
      rights: ['next'],
      source: { file: 'examples/fuzz/programs/bystander/src/main.rs', line: 10 },
    },
  ],
});

export const fuzzer = Program.of<{
  plan: Capability<'SharedRegion', 'read' | 'write'>;
  own: Capability<'Server<Bystander>', 'next'>;
  bystander: Capability<'Bystander', 'next'>;
  bell: Capability<'Notification', 'signal' | 'wait'>;
  timer: Capability<'Timer', 'arm'>;
  area: Capability<'SharedRegion', 'read' | 'write'>;
  buffer: Capability<'Dma', 'read' | 'write'>;
  census: Capability<'Census', 'read'>;
  neighbour: Capability<'Process', 'wait'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create'>;
}>({
  name: 'fuzzer',
  file: 'cargo:fuzzer',
  needs: [
    {
      name: 'plan',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 16 },
    },
    {
      name: 'own',
      kind: 'Server<Bystander>',
      rights: ['next'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 17 },
    },
    {
      name: 'bystander',
      kind: 'Bystander',
      rights: ['next'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 18 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 19 },
    },
    {
      name: 'timer',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 20 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 21 },
    },
    {
      name: 'buffer',
      kind: 'Dma',
      rights: ['read', 'write'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 22 },
    },
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 23 },
    },
    {
      name: 'neighbour',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 24 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create'],
      source: { file: 'examples/fuzz/programs/fuzzer/src/main.rs', line: 25 },
    },
  ],
});

export const keeper = Program.of<{
  fuzzer: Capability<'Process', 'wait' | 'restart'>;
  bystander: Capability<'Bystander', 'next'>;
  plan: Capability<'SharedRegion', 'read' | 'write'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  census: Capability<'Census', 'read'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'keeper',
  file: 'cargo:keeper',
  needs: [
    {
      name: 'fuzzer',
      kind: 'Process',
      rights: ['wait', 'restart'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 12 },
    },
    {
      name: 'bystander',
      kind: 'Bystander',
      rights: ['next'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 13 },
    },
    {
      name: 'plan',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 14 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 15 },
    },
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 16 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 17 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/fuzz/programs/keeper/src/main.rs', line: 18 },
    },
  ],
});
