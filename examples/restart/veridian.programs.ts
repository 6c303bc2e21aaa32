// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const client = Program.of<{
  divisions: Capability<'Division', 'divide'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'client',
  file: 'cargo:client',
  needs: [
    {
      name: 'divisions',
      kind: 'Division',
      rights: ['divide'],
      source: { file: 'examples/restart/programs/client/src/main.rs', line: 10 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/restart/programs/client/src/main.rs', line: 11 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/restart/programs/client/src/main.rs', line: 12 },
    },
  ],
});

export const keeper = Program.of<{
  worker: Capability<'Process', 'wait' | 'restart'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'keeper',
  file: 'cargo:keeper',
  needs: [
    {
      name: 'worker',
      kind: 'Process',
      rights: ['wait', 'restart'],
      source: { file: 'examples/restart/programs/keeper/src/main.rs', line: 9 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/restart/programs/keeper/src/main.rs', line: 10 },
    },
  ],
});

export const worker = Program.of<{
  requests: Capability<'Server<Division>', 'divide'>;
  log: Capability<'Console', 'write'>;
}>({
  name: 'worker',
  file: 'cargo:worker',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Division>',
      rights: ['divide'],
      source: { file: 'examples/restart/programs/worker/src/main.rs', line: 12 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/restart/programs/worker/src/main.rs', line: 13 },
    },
  ],
});
