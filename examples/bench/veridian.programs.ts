// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const echo = Program.of<{
  requests: Capability<'Server<Bench>', 'measure'>;
}>({
  name: 'echo',
  file: 'cargo:echo',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Bench>',
      rights: ['measure'],
      source: { file: 'examples/bench/programs/echo/src/main.rs', line: 17 },
    },
  ],
});

export const faulter = Program.of<Record<never, never>>({
  name: 'faulter',
  file: 'cargo:faulter',
  needs: [],
});

export const meter = Program.of<{
  log: Capability<'Console', 'write'>;
  server: Capability<'Bench', 'measure'>;
  bell: Capability<'Notification', 'signal'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  start?: Capability<'Notification', 'signal'>;
  told?: Capability<'Notification', 'wait'>;
  faults?: Capability<'Server<Bench>', 'measure'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'meter',
  file: 'cargo:meter',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 19 },
    },
    {
      name: 'server',
      kind: 'Bench',
      rights: ['measure'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 20 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 21 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 22 },
    },
    {
      name: 'start',
      kind: 'Notification',
      rights: ['signal'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 23 },
    },
    {
      name: 'told',
      kind: 'Notification',
      rights: ['wait'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 24 },
    },
    {
      name: 'faults',
      kind: 'Server<Bench>',
      rights: ['measure'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 25 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 26 },
    },
  ],
});

export const partner = Program.of<{
  start: Capability<'Notification', 'wait'>;
  told: Capability<'Notification', 'signal'>;
}>({
  name: 'partner',
  file: 'cargo:partner',
  needs: [
    {
      name: 'start',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/bench/programs/partner/src/main.rs', line: 15 },
    },
    {
      name: 'told',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/bench/programs/partner/src/main.rs', line: 16 },
    },
  ],
});
