// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const client = Program.of<{
  greeter: Capability<'Greeter', 'greet'>;
  log: Capability<'Console', 'write'>;
  area: Capability<'SharedRegion', 'read'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'client',
  file: 'cargo:client',
  needs: [
    {
      name: 'greeter',
      kind: 'Greeter',
      rights: ['greet'],
      source: { file: 'examples/hello/programs/client/src/main.rs', line: 11 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/hello/programs/client/src/main.rs', line: 12 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/hello/programs/client/src/main.rs', line: 13 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/hello/programs/client/src/main.rs', line: 14 },
    },
  ],
});

export const greeter = Program.of<{
  requests: Capability<'Server<Greeter>', 'greet'>;
  log: Capability<'Console', 'write'>;
  area: Capability<'SharedRegion', 'read' | 'write'>;
}>({
  name: 'greeter',
  file: 'cargo:greeter',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Greeter>',
      rights: ['greet'],
      source: { file: 'examples/hello/programs/greeter/src/main.rs', line: 10 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/hello/programs/greeter/src/main.rs', line: 11 },
    },
    {
      name: 'area',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/hello/programs/greeter/src/main.rs', line: 12 },
    },
  ],
});
