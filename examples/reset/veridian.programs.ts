// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const phoenix = Program.of<{
  power: Capability<'Power', 'reset'>;
}>({
  name: 'phoenix',
  file: 'cargo:phoenix',
  needs: [
    {
      name: 'power',
      kind: 'Power',
      rights: ['reset'],
      source: { file: 'examples/reset/programs/phoenix/src/main.rs', line: 9 },
    },
  ],
});
