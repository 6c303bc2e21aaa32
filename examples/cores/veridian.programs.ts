// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const borrower = Program.of<{
  requests: Capability<'Server<Loan>', 'lend'>;
  counters: Capability<'SharedRegion', 'read' | 'write'>;
  tables: Capability<'MemoryPool', 'allocate'>;
}>({
  name: 'borrower',
  file: 'cargo:borrower',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Loan>',
      rights: ['lend'],
      source: { file: 'examples/cores/programs/borrower/src/main.rs', line: 11 },
    },
    {
      name: 'counters',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/cores/programs/borrower/src/main.rs', line: 12 },
    },
    {
      name: 'tables',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/cores/programs/borrower/src/main.rs', line: 13 },
    },
  ],
});

export const caller = Program.of<{
  doubles: Capability<'Doubles', 'double'>;
  finished: Capability<'Notification', 'signal'>;
}>({
  name: 'caller',
  file: 'cargo:caller',
  needs: [
    {
      name: 'doubles',
      kind: 'Doubles',
      rights: ['double'],
      source: { file: 'examples/cores/programs/caller/src/main.rs', line: 11 },
    },
    {
      name: 'finished',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/cores/programs/caller/src/main.rs', line: 12 },
    },
  ],
});

export const conductor = Program.of<{
  finished: Capability<'Notification', 'wait'>;
  first: Capability<'Process', 'wait'>;
  second: Capability<'Process', 'wait'>;
  third: Capability<'Process', 'wait'>;
  fourth: Capability<'Process', 'wait'>;
  doubler: Capability<'Process', 'restart'>;
  counters: Capability<'SharedRegion', 'read' | 'write'>;
  spinner: Capability<'Process', 'wait' | 'stop' | 'restart'>;
  loans: Capability<'Loan', 'lend' | 'delegate'>;
  borrower: Capability<'Process', 'wait' | 'restart'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'conductor',
  file: 'cargo:conductor',
  needs: [
    {
      name: 'finished',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 13 },
    },
    {
      name: 'first',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 14 },
    },
    {
      name: 'second',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 15 },
    },
    {
      name: 'third',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 16 },
    },
    {
      name: 'fourth',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 17 },
    },
    {
      name: 'doubler',
      kind: 'Process',
      rights: ['restart'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 18 },
    },
    {
      name: 'counters',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 19 },
    },
    {
      name: 'spinner',
      kind: 'Process',
      rights: ['wait', 'stop', 'restart'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 20 },
    },
    {
      name: 'loans',
      kind: 'Loan',
      rights: ['lend', 'delegate'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 21 },
    },
    {
      name: 'borrower',
      kind: 'Process',
      rights: ['wait', 'restart'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 22 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 23 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 24 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/cores/programs/conductor/src/main.rs', line: 25 },
    },
  ],
});

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
      source: { file: 'examples/cores/programs/doubler/src/main.rs', line: 10 },
    },
  ],
});

export const spinner = Program.of<{
  counters: Capability<'SharedRegion', 'read' | 'write'>;
}>({
  name: 'spinner',
  file: 'cargo:spinner',
  needs: [
    {
      name: 'counters',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/cores/programs/spinner/src/main.rs', line: 9 },
    },
  ],
});
