import {
  App,
  batch,
  Component,
  Console,
  interactive,
  KiB,
  MiB,
  machines,
  ms,
  realtime,
  SharedRegion,
  System,
} from 'veridian';
import { pulse, referee, spinner } from './veridian.programs.js';

const app = new App();
const scheduling = new System(app, 'scheduling', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(scheduling, 'terminal');
const pulses = new SharedRegion(scheduling, 'pulses', { size: KiB(4) });
const largeCount = new SharedRegion(scheduling, 'large-count', { size: KiB(4) });
const smallCount = new SharedRegion(scheduling, 'small-count', { size: KiB(4) });

new Component(scheduling, 'pulse', {
  program: pulse,
  scheduling: realtime(20),
  grants: { count: pulses.grant('read', 'write') },
});

// It never waits either: half of the time is all that the kernel lets it have.
new Component(scheduling, 'greedy', {
  program: spinner,
  scheduling: realtime(90, { period: ms(10), worstCase: ms(5), enforced: true }),
  grants: { count: new SharedRegion(scheduling, 'greedy-count', { size: KiB(4) }).grant('read', 'write') },
});

// Neither of the two ever waits. The slice of a batch thread is 200 − priority milliseconds.
new Component(scheduling, 'large', {
  program: spinner,
  scheduling: batch(140),
  grants: { count: largeCount.grant('read', 'write') },
});
new Component(scheduling, 'small', {
  program: spinner,
  scheduling: batch(170),
  grants: { count: smallCount.grant('read', 'write') },
});

new Component(scheduling, 'referee', {
  program: referee,
  scheduling: interactive(120),
  grants: {
    pulse: pulses.grant('read'),
    large: largeCount.grant('read'),
    small: smallCount.grant('read'),
    log: terminal.grant('write'),
    power: scheduling.power.grant('off'),
  },
});

app.synth();
