// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const heartbeat = Program.of<{
  log: Capability<'Console', 'write'>;
}>({
  name: 'heartbeat',
  file: 'cargo:heartbeat',
  needs: [
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/deploy/programs/heartbeat/src/main.rs', line: 11 },
    },
  ],
});
