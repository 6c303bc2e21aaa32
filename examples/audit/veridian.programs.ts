// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const giver = Program.of<{
  log: Capability<'Console', 'write'>;
  peer: Capability<'Exchange', 'give' | 'delegate'>;
  bell: Capability<'Notification', 'signal' | 'wait'>;
  spare: Capability<'Notification', 'signal'>;
}>({
  name: 'giver',
  file: 'cargo:giver',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/audit/programs/giver/src/main.rs', line: 12 },
    },
    {
      name: 'peer',
      kind: 'Exchange',
      rights: ['give', 'delegate'],
      source: { file: 'examples/audit/programs/giver/src/main.rs', line: 13 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/audit/programs/giver/src/main.rs', line: 14 },
    },
    {
      name: 'spare',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/audit/programs/giver/src/main.rs', line: 15 },
    },
  ],
});

export const idle = Program.of<{
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'idle',
  file: 'cargo:idle',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/audit/programs/idle/src/main.rs', line: 10 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/audit/programs/idle/src/main.rs', line: 11 },
    },
  ],
});

export const maker = Program.of<{
  log: Capability<'Console', 'write'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create' | 'spawn'>;
  bell: Capability<'Notification', 'signal' | 'wait'>;
}>({
  name: 'maker',
  file: 'cargo:maker',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/audit/programs/maker/src/main.rs', line: 11 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create', 'spawn'],
      source: { file: 'examples/audit/programs/maker/src/main.rs', line: 12 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/audit/programs/maker/src/main.rs', line: 13 },
    },
  ],
});

export const taker = Program.of<{
  requests: Capability<'Server<Exchange>', 'give'>;
}>({
  name: 'taker',
  file: 'cargo:taker',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Exchange>',
      rights: ['give'],
      source: { file: 'examples/audit/programs/taker/src/main.rs', line: 11 },
    },
  ],
});
