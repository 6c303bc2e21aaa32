// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const helper = Program.of<{
  requests: Capability<'Server<Store>', 'get' | 'put' | 'watch'>;
  table: Capability<'SharedRegion', 'read' | 'write'>;
  rung: Capability<'Notification', 'signal'>;
}>({
  name: 'helper',
  file: 'cargo:helper',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Store>',
      rights: ['get', 'put', 'watch'],
      source: { file: 'examples/tighten/programs/helper/src/main.rs', line: 11 },
    },
    {
      name: 'table',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/tighten/programs/helper/src/main.rs', line: 12 },
    },
    {
      name: 'rung',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/tighten/programs/helper/src/main.rs', line: 13 },
    },
  ],
});

export const wide = Program.of<{
  log: Capability<'Console', 'write' | 'read'>;
  store: Capability<'Store', 'get' | 'put' | 'watch' | 'delegate'>;
  table: Capability<'SharedRegion', 'read' | 'write'>;
  spare: Capability<'SharedRegion', 'read'>;
  bell: Capability<'Notification', 'signal' | 'wait'>;
  rung: Capability<'Notification', 'wait'>;
  hint?: Capability<'Notification', 'signal'>;
  power: Capability<'Power', 'off' | 'reset'>;
}>({
  name: 'wide',
  file: 'cargo:wide',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write', 'read'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 12 },
    },
    {
      name: 'store',
      kind: 'Store',
      rights: ['get', 'put', 'watch', 'delegate'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 13 },
    },
    {
      name: 'table',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 14 },
    },
    {
      name: 'spare',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 15 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['signal', 'wait'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 16 },
    },
    {
      name: 'rung',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 17 },
    },
    {
      name: 'hint',
      kind: 'Notification',
      rights: ['signal'],
      optional: true,
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 18 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off', 'reset'],
      source: { file: 'examples/tighten/programs/wide/src/main.rs', line: 19 },
    },
  ],
});
