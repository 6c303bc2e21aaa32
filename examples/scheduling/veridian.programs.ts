// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const pulse = Program.of<{
  count: Capability<'SharedRegion', 'read' | 'write'>;
}>({
  name: 'pulse',
  file: 'cargo:pulse',
  needs: [
    {
      name: 'count',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/scheduling/programs/pulse/src/main.rs', line: 10 },
    },
  ],
});

export const referee = Program.of<{
  pulse: Capability<'SharedRegion', 'read'>;
  large: Capability<'SharedRegion', 'read'>;
  small: Capability<'SharedRegion', 'read'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'referee',
  file: 'cargo:referee',
  needs: [
    {
      name: 'pulse',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/scheduling/programs/referee/src/main.rs', line: 10 },
    },
    {
      name: 'large',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/scheduling/programs/referee/src/main.rs', line: 11 },
    },
    {
      name: 'small',
      kind: 'SharedRegion',
      rights: ['read'],
      source: { file: 'examples/scheduling/programs/referee/src/main.rs', line: 12 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/scheduling/programs/referee/src/main.rs', line: 13 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/scheduling/programs/referee/src/main.rs', line: 14 },
    },
  ],
});

export const spinner = Program.of<{
  count: Capability<'SharedRegion', 'read' | 'write'>;
}>({
  name: 'spinner',
  file: 'cargo:spinner',
  needs: [
    {
      name: 'count',
      kind: 'SharedRegion',
      rights: ['read', 'write'],
      source: { file: 'examples/scheduling/programs/spinner/src/main.rs', line: 9 },
    },
  ],
});
