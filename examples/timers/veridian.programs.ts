// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from 'veridian';

export const pulse = Program.of<{
  requests: Capability<'Server<Beats>', 'count'>;
  beat: Capability<'Timer', 'arm'>;
}>({
  name: 'pulse',
  file: 'cargo:pulse',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Beats>',
      rights: ['count'],
      source: { file: 'examples/timers/programs/pulse/src/main.rs', line: 11 },
    },
    {
      name: 'beat',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/timers/programs/pulse/src/main.rs', line: 12 },
    },
  ],
});

export const sleeper = Program.of<{
  first: Capability<'Timer', 'arm'>;
  second: Capability<'Timer', 'arm'>;
  bell: Capability<'Notification', 'wait'>;
  worker: Capability<'Process', 'wait' | 'stop' | 'restart'>;
  told: Capability<'Notification', 'signal'>;
  pulse: Capability<'Beats', 'count'>;
  log: Capability<'Console', 'write'>;
  power: Capability<'Power', 'off'>;
}>({
  name: 'sleeper',
  file: 'cargo:sleeper',
  needs: [
    {
      name: 'first',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 11 },
    },
    {
      name: 'second',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 12 },
    },
    {
      name: 'bell',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 13 },
    },
    {
      name: 'worker',
      kind: 'Process',
      rights: ['wait', 'stop', 'restart'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 14 },
    },
    {
      name: 'told',
      kind: 'Notification',
      rights: ['signal'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 15 },
    },
    {
      name: 'pulse',
      kind: 'Beats',
      rights: ['count'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 16 },
    },
    {
      name: 'log',
      kind: 'Console',
      rights: ['write'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 17 },
    },
    {
      name: 'power',
      kind: 'Power',
      rights: ['off'],
      source: { file: 'examples/timers/programs/sleeper/src/main.rs', line: 18 },
    },
  ],
});

export const worker = Program.of<{
  timer: Capability<'Timer', 'arm'>;
  told: Capability<'Notification', 'wait'>;
}>({
  name: 'worker',
  file: 'cargo:worker',
  needs: [
    {
      name: 'timer',
      kind: 'Timer',
      rights: ['arm'],
      source: { file: 'examples/timers/programs/worker/src/main.rs', line: 9 },
    },
    {
      name: 'told',
      kind: 'Notification',
      rights: ['wait'],
      source: { file: 'examples/timers/programs/worker/src/main.rs', line: 10 },
    },
  ],
});
