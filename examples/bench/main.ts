import { App, Component, Console, Endpoint, MemoryPool, MiB, machines, Notification, realtime, System } from 'veridian';
import { Bench } from './interfaces/bench.js';
import { echo, meter } from './veridian.programs.js';

const app = new App();
const bench = new System(app, 'bench', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(bench, 'terminal');
const calls = new Endpoint(bench, 'calls', { interface: Bench });

// The most urgent of all, so that nobody comes between.
new Component(bench, 'meter', {
  program: meter,
  scheduling: realtime(0),
  grants: {
    log: terminal.grant('write'),
    server: calls.grant('measure'),
    bell: new Notification(bench, 'bell').grant('signal'),
    pool: new MemoryPool(bench, 'pool', { size: 16 * bench.pageSize }).grant('allocate', 'create'),
    power: bench.power.grant('off'),
  },
});

new Component(bench, 'echo', {
  program: echo,
  scheduling: realtime(1),
  grants: { requests: calls.serve('measure') },
});

app.synth();
