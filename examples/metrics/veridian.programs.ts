// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const clumsy = Program.of<Record<never, never>>({
  name: 'clumsy',
  file: 'cargo:clumsy',
  needs: [],
});

export const echo = Program.of<{
  requests: Capability<'Server<Echo>', 'echo'>;
}>({
  name: 'echo',
  file: 'cargo:echo',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Echo>',
      rights: ['echo'],
      source: { file: 'examples/metrics/programs/echo/src/main.rs', line: 10 },
    },
  ],
});

export const watcher = Program.of<{
  metrics: Capability<'Metrics', 'read'>;
  echo: Capability<'Echo', 'echo'>;
  pool: Capability<'MemoryPool', 'allocate'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'watcher',
  file: 'cargo:watcher',
  needs: [
    {
      name: 'metrics',
      kind: 'Metrics',
      rights: ['read'],
      source: { file: 'examples/metrics/programs/watcher/src/main.rs', line: 11 },
    },
    {
      name: 'echo',
      kind: 'Echo',
      rights: ['echo'],
      source: { file: 'examples/metrics/programs/watcher/src/main.rs', line: 12 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/metrics/programs/watcher/src/main.rs', line: 13 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/metrics/programs/watcher/src/main.rs', line: 14 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/metrics/programs/watcher/src/main.rs', line: 15 },
    },
  ],
});
