// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const archivist = Program.of<{
  requests: Capability<'Server<Archive>', 'put' | 'get' | 'close'>;
}>({
  name: 'archivist',
  file: 'cargo:archivist',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Archive>',
      rights: ['put', 'get', 'close'],
      source: { file: 'examples/messages/programs/archivist/src/main.rs', line: 12 },
    },
  ],
});

export const latecomer = Program.of<{
  archive: Capability<'Archive', 'get'>;
  closing: Capability<'Notification', 'wait'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'latecomer',
  file: 'cargo:latecomer',
  needs: [
    {
      name: 'archive',
      kind: 'Archive',
      rights: ['get'],
      source: { file: 'examples/messages/programs/latecomer/src/main.rs', line: 11 },
    },
    {
      name: 'closing',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/messages/programs/latecomer/src/main.rs', line: 12 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/messages/programs/latecomer/src/main.rs', line: 13 },
    },
  ],
});

export const reader = Program.of<{
  archive: Capability<'Archive', 'put' | 'get' | 'close' | 'delegate'>;
  area: Capability<'SharedRegion', 'read' | 'write'>;
  closing: Capability<'Notification', 'signal'>;
  archivist: Capability<'Process', 'wait'>;
  latecomer: Capability<'Process', 'wait'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'reader',
  file: 'cargo:reader',
  needs: [
    {
      name: 'archive',
      kind: 'Archive',
      rights: ['put', 'get', 'close', 'delegate'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 14 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 15 },
    },
    {
      name: 'closing',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 16 },
    },
    {
      name: 'archivist',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 17 },
    },
    {
      name: 'latecomer',
      kind: 'Process',
      rights: ['wait'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 18 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 19 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/messages/programs/reader/src/main.rs', line: 20 },
    },
  ],
});
