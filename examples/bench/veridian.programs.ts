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

export const meter = Program.of<{
  log: Capability<'Console', 'write'>;
  server: Capability<'Bench', 'measure'>;
  bell: Capability<'Notification', 'signal'>;
  pool: Capability<'MemoryPool', 'allocate'>;
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
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 23 },
    },
  ],
});
