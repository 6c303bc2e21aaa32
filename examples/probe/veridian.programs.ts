// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const answerer = Program.of<{
  requests: Capability<'Server<Talk>', 'ask' | 'tell' | 'hint' | 'whisper'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'answerer',
  file: 'cargo:answerer',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Talk>',
      rights: ['ask', 'tell', 'hint', 'whisper'],
      source: { file: 'examples/probe/programs/answerer/src/main.rs', line: 10 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/probe/programs/answerer/src/main.rs', line: 11 },
    },
  ],
});

export const brief = Program.of<Record<never, never>>({
  name: 'brief',
  file: 'cargo:brief',
  needs: [],
});

export const caller = Program.of<{
  prober: Capability<'Talk', 'ask'>;
  rung: Capability<'Notification', 'signal'>;
  both: Capability<'Notification', 'signal'>;
  diary: Capability<'SharedRegion', 'read'>;
}>({
  name: 'caller',
  file: 'cargo:caller',
  needs: [
    {
      name: 'prober',
      kind: 'Talk',
      rights: ['ask'],
      source: { file: 'examples/probe/programs/caller/src/main.rs', line: 11 },
    },
    {
      name: 'rung',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/probe/programs/caller/src/main.rs', line: 12 },
    },
    {
      name: 'both',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/probe/programs/caller/src/main.rs', line: 13 },
    },
    {
      name: 'diary',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/probe/programs/caller/src/main.rs', line: 14 },
    },
  ],
});

export const owner = Program.of<{
  foreign: Capability<'Talk', 'ask' | 'hint'>;
  bell: Capability<'Notification', 'wait'>;
  quiet: Capability<'Notification', 'signal' | 'wait'>;
  line: Capability<'Interrupt', 'acknowledge'>;
  alarm: Capability<'Timer', 'arm'>;
  ports?: Capability<'IoPorts', 'read' | 'write'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
  buffer: Capability<'Dma', 'read' | 'write'>;
  board: Capability<'SharedRegion', 'read'>;
  notes: Capability<'SharedRegion', 'read' | 'write'>;
  diary: Capability<'SharedRegion', 'read' | 'write'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create' | 'spawn'>;
}>({
  name: 'owner',
  file: 'cargo:owner',
  needs: [
    {
      name: 'foreign',
      kind: 'Talk',
      rights: ['ask', 'hint'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 10 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 11 },
    },
    {
      name: 'quiet',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 12 },
    },
    {
      name: 'line',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 13 },
    },
    {
      name: 'alarm',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 14 },
    },
    {
      name: 'ports',
      kind: 'IoPorts',
      rights: ['read', 'write'],
      optional: true,
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 15 },
    },
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 16 },
    },
    {
      name: 'buffer',
      kind: 'Dma',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 17 },
    },
    {
      name: 'board',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 18 },
    },
    {
      name: 'notes',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 19 },
    },
    {
      name: 'diary',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 20 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create', 'spawn'],
      source: { file: 'examples/probe/programs/owner/src/main.rs', line: 21 },
    },
  ],
});

export const prober = Program.of<{
  log: Capability<'Console', 'write'>;
  asked: Capability<'Talk', 'ask' | 'hint'>;
  hinted: Capability<'Talk', 'hint' | 'delegate'>;
  served: Capability<'Server<Talk>', 'ask'>;
  bell: Capability<'Notification', 'signal'>;
  rung: Capability<'Notification', 'wait'>;
  both: Capability<'Notification', 'signal' | 'wait'>;
  ends: Capability<'Process', 'wait' | 'stop'>;
  started: Capability<'Process', 'restart' | 'schedule'>;
  blocked: Capability<'Process', 'block'>;
  line: Capability<'Interrupt', 'acknowledge'>;
  alarm: Capability<'Timer', 'arm'>;
  inputs?: Capability<'IoPorts', 'read'>;
  outputs?: Capability<'IoPorts', 'write'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
  status: Capability<'Mmio', 'read'>;
  buffer: Capability<'Dma', 'read' | 'write'>;
  filled: Capability<'Dma', 'read'>;
  board: Capability<'SharedRegion', 'read' | 'write'>;
  notes: Capability<'SharedRegion', 'read'>;
  workshop: Capability<'MemoryPool', 'allocate' | 'spawn'>;
  bench: Capability<'MemoryPool', 'create'>;
  power: Capability<'Power', 'off'>;
  census: Capability<'Census', 'read'>;
  metrics: Capability<'Metrics', 'read'>;
}>({
  name: 'prober',
  file: 'cargo:prober',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 27 },
    },
    {
      name: 'asked',
      kind: 'Talk',
      rights: ['ask', 'hint'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 28 },
    },
    {
      name: 'hinted',
      kind: 'Talk',
      rights: ['hint', 'delegate'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 29 },
    },
    {
      name: 'served',
      kind: 'Server<Talk>',
      rights: ['ask'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 30 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 31 },
    },
    {
      name: 'rung',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 32 },
    },
    {
      name: 'both',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 33 },
    },
    {
      name: 'ends',
      kind: 'Process',
      rights: ['wait', 'stop'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 34 },
    },
    {
      name: 'started',
      kind: 'Process',
      rights: ['restart', 'schedule'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 35 },
    },
    {
      name: 'blocked',
      kind: 'Process',
      rights: ['block'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 36 },
    },
    {
      name: 'line',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 37 },
    },
    {
      name: 'alarm',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 38 },
    },
    {
      name: 'inputs',
      kind: 'IoPorts',
      rights: ['read'],
      optional: true,
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 39 },
    },
    {
      name: 'outputs',
      kind: 'IoPorts',
      rights: ['write'],
      optional: true,
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 40 },
    },
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 41 },
    },
    {
      name: 'status',
      kind: 'Mmio',
      rights: ['read'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 42 },
    },
    {
      name: 'buffer',
      kind: 'Dma',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 43 },
    },
    {
      name: 'filled',
      kind: 'Dma',
      rights: ['read'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 44 },
    },
    {
      name: 'board',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 45 },
    },
    {
      name: 'notes',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 46 },
    },
    {
      name: 'workshop',
      kind: 'MemoryPool',
      rights: ['allocate', 'spawn'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 47 },
    },
    {
      name: 'bench',
      kind: 'MemoryPool',
      rights: ['create'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 48 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 49 },
    },
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 50 },
    },
    {
      name: 'metrics',
      kind: 'Metrics',
      rights: ['read'],
      source: { file: 'examples/probe/programs/prober/src/main.rs', line: 51 },
    },
  ],
});

export const spinner = Program.of<Record<never, never>>({
  name: 'spinner',
  file: 'cargo:spinner',
  needs: [],
});
