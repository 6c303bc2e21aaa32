// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const bystander = Program.of<{
  requests: Capability<'Server<Bystander>', 'ask' | 'tell'>;
  log: Capability<'Console', 'write'>;
  secret: Capability<'Notification', 'signal' | 'wait'>;
}>({
  name: 'bystander',
  file: 'cargo:bystander',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Bystander>',
      rights: ['ask', 'tell'],
      source: { file: 'examples/denied/programs/bystander/src/main.rs', line: 11 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/denied/programs/bystander/src/main.rs', line: 12 },
    },
    {
      name: 'secret',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/denied/programs/bystander/src/main.rs', line: 13 },
    },
  ],
});

export const clumsy = Program.of<{
  log: Capability<'Console', 'write'>;
}>({
  name: 'clumsy',
  file: 'cargo:clumsy',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/denied/programs/clumsy/src/main.rs', line: 9 },
    },
  ],
});

export const probe = Program.of<{
  log: Capability<'Console', 'write'>;
  bystander: Capability<'Bystander', 'ask'>;
  watch: Capability<'Watch', 'faults'>;
  door: Capability<'Server<Bystander>', 'ask' | 'tell'>;
  bell: Capability<'Notification', 'signal' | 'wait'>;
  line: Capability<'Interrupt', 'acknowledge'>;
  timer: Capability<'Timer', 'arm'>;
  ports?: Capability<'IoPorts', 'read' | 'write'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
  buffer: Capability<'Dma', 'read' | 'write'>;
  area: Capability<'SharedRegion', 'read'>;
  power: Capability<'Power', 'off' | 'reset'>;
  census: Capability<'Census', 'read'>;
  metrics: Capability<'Metrics', 'read'>;
  neighbour: Capability<'Process', 'wait' | 'stop' | 'restart' | 'schedule' | 'block'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create' | 'spawn'>;
}>({
  name: 'probe',
  file: 'cargo:probe',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 22 },
    },
    {
      name: 'bystander',
      kind: 'Bystander',
      rights: ['ask'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 23 },
    },
    {
      name: 'watch',
      kind: 'Watch',
      rights: ['faults'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 24 },
    },
    {
      name: 'door',
      kind: 'Server<Bystander>',
      rights: ['ask', 'tell'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 25 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 26 },
    },
    {
      name: 'line',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 27 },
    },
    {
      name: 'timer',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 28 },
    },
    {
      name: 'ports',
      kind: 'IoPorts',
      rights: ['read', 'write'],
      optional: true,
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 29 },
    },
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 30 },
    },
    {
      name: 'buffer',
      kind: 'Dma',
      rights: ['read', 'write'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 31 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 32 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off', 'reset'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 33 },
    },
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 34 },
    },
    {
      name: 'metrics',
      kind: 'Metrics',
      rights: ['read'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 35 },
    },
    {
      name: 'neighbour',
      kind: 'Process',
      rights: ['wait', 'stop', 'restart', 'schedule', 'block'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 36 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create', 'spawn'],
      source: { file: 'examples/denied/programs/probe/src/main.rs', line: 37 },
    },
  ],
});

export const supervisor = Program.of<{
  requests: Capability<'Server<Watch>', 'faults'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'supervisor',
  file: 'cargo:supervisor',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Watch>',
      rights: ['faults'],
      source: { file: 'examples/denied/programs/supervisor/src/main.rs', line: 10 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/denied/programs/supervisor/src/main.rs', line: 11 },
    },
  ],
});

export const victim = Program.of<{
  log: Capability<'Console', 'write'>;
}>({
  name: 'victim',
  file: 'cargo:victim',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/denied/programs/victim/src/main.rs', line: 9 },
    },
  ],
});
