// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const borrower = Program.of<{
  requests: Capability<'Server<Sums>', 'sum' | 'again'>;
  tables: Capability<'MemoryPool', 'allocate'>;
}>({
  name: 'borrower',
  file: 'cargo:borrower',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Sums>',
      rights: ['sum', 'again'],
      source: { file: 'examples/memory/programs/borrower/src/main.rs', line: 11 },
    },
    {
      name: 'tables',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/memory/programs/borrower/src/main.rs', line: 12 },
    },
  ],
});

export const lender = Program.of<{
  sums: Capability<'Sums', 'sum' | 'again' | 'delegate'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  borrower: Capability<'Process', 'wait'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'lender',
  file: 'cargo:lender',
  needs: [
    {
      name: 'sums',
      kind: 'Sums',
      rights: ['sum', 'again', 'delegate'],
      source: { file: 'examples/memory/programs/lender/src/main.rs', line: 12 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/memory/programs/lender/src/main.rs', line: 13 },
    },
    {
      name: 'borrower',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/memory/programs/lender/src/main.rs', line: 14 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/memory/programs/lender/src/main.rs', line: 15 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/memory/programs/lender/src/main.rs', line: 16 },
    },
  ],
});
