// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const driver = Program.of<{
  registers: Capability<'Mmio', 'read' | 'write'>;
  interrupt: Capability<'Interrupt', 'acknowledge'>;
  raised: Capability<'Notification', 'wait'>;
  pool: Capability<'MemoryPool', 'allocate' | 'spawn'>;
  area: Capability<'SharedRegion', 'read' | 'write'>;
  begin: Capability<'Notification', 'signal'>;
  ready: Capability<'Notification', 'wait'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'driver',
  file: 'cargo:driver',
  needs: [
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 16 },
    },
    {
      name: 'interrupt',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 17 },
    },
    {
      name: 'raised',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 18 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'spawn'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 19 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 20 },
    },
    {
      name: 'begin',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 21 },
    },
    {
      name: 'ready',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 22 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 23 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/bench/programs/driver/src/main.rs', line: 24 },
    },
  ],
});

export const echo = Program.of<{
  requests?: Capability<'Server<Bench>', 'measure'>;
  large?: Capability<'Server<Large>', 'carry'>;
}>({
  name: 'echo',
  file: 'cargo:echo',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Bench>',
      rights: ['measure'],
      optional: true,
      source: { file: 'examples/bench/programs/echo/src/main.rs', line: 17 },
    },
    {
      name: 'large',
      kind: 'Server<Large>',
      rights: ['carry'],
      optional: true,
      source: { file: 'examples/bench/programs/echo/src/main.rs', line: 18 },
    },
  ],
});

export const faulter = Program.of<Record<never, never>>({
  name: 'faulter',
  file: 'cargo:faulter',
  needs: [],
});

export const hammer = Program.of<{
  begin: Capability<'Notification', 'wait'>;
  ready: Capability<'Notification', 'signal'>;
  area: Capability<'SharedRegion', 'read' | 'write'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create' | 'spawn'>;
  victim: Capability<'Process', 'restart'>;
  census: Capability<'Census', 'read'>;
  server: Capability<'Large', 'carry'>;
}>({
  name: 'hammer',
  file: 'cargo:hammer',
  needs: [
    {
      name: 'begin',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 23 },
    },
    {
      name: 'ready',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 24 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 25 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create', 'spawn'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 26 },
    },
    {
      name: 'victim',
      kind: 'Process',
      rights: ['restart'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 27 },
    },
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 28 },
    },
    {
      name: 'server',
      kind: 'Large',
      rights: ['carry'],
      source: { file: 'examples/bench/programs/hammer/src/main.rs', line: 29 },
    },
  ],
});

export const member = Program.of<{
  enlisted: Capability<'Server<Bench>', 'measure'>;
  start: Capability<'Notification', 'wait'>;
  pool: Capability<'MemoryPool', 'allocate'>;
}>({
  name: 'member',
  file: 'cargo:member',
  needs: [
    {
      name: 'enlisted',
      kind: 'Server<Bench>',
      rights: ['measure'],
      source: { file: 'examples/bench/programs/member/src/main.rs', line: 20 },
    },
    {
      name: 'start',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/bench/programs/member/src/main.rs', line: 21 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate'],
      source: { file: 'examples/bench/programs/member/src/main.rs', line: 22 },
    },
  ],
});

export const meter = Program.of<{
  log: Capability<'Console', 'write'>;
  server: Capability<'Bench', 'measure'>;
  bell: Capability<'Notification', 'signal'>;
  pool: Capability<'MemoryPool', 'allocate' | 'create'>;
  start?: Capability<'Notification', 'signal'>;
  told?: Capability<'Notification', 'wait'>;
  faults?: Capability<'Server<Bench>', 'measure'>;
  large?: Capability<'Large', 'carry'>;
  members?: Capability<'Bench', 'measure' | 'delegate'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'meter',
  file: 'cargo:meter',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 18 },
    },
    {
      name: 'server',
      kind: 'Bench',
      rights: ['measure'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 19 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 20 },
    },
    {
      name: 'pool',
      kind: 'MemoryPool',
      rights: ['allocate', 'create'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 21 },
    },
    {
      name: 'start',
      kind: 'Notification',
      rights: ['signal'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 22 },
    },
    {
      name: 'told',
      kind: 'Notification',
      rights: ['wait'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 23 },
    },
    {
      name: 'faults',
      kind: 'Server<Bench>',
      rights: ['measure'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 24 },
    },
    {
      name: 'large',
      kind: 'Large',
      rights: ['carry'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 25 },
    },
    {
      name: 'members',
      kind: 'Bench',
      rights: ['measure', 'delegate'],
      optional: true,
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 26 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/bench/programs/meter/src/main.rs', line: 27 },
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
