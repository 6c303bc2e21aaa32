/** What is measured with more components than a server. */
import { App, Component, Console, Endpoint, MemoryPool, MiB, machines, Notification, realtime, System } from 'veridian';
import { Bench, Large } from './interfaces/bench.js';
import { echo, faulter, meter, partner } from './veridian.programs.js';

const app = new App();
const switches = new System(app, 'switches', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(switches, 'terminal');
const calls = new Endpoint(switches, 'calls', { interface: Bench });
const carried = new Endpoint(switches, 'carried', { interface: Large });
const faults = new Endpoint(switches, 'faults', { interface: Bench });
const start = new Notification(switches, 'start');
const told = new Notification(switches, 'told');

new Component(switches, 'meter', {
  program: meter,
  scheduling: realtime(0),
  grants: {
    log: terminal.grant('write'),
    server: calls.grant('measure'),
    bell: new Notification(switches, 'bell').grant('signal'),
    pool: new MemoryPool(switches, 'pool', { size: 16 * switches.pageSize, notifications: 1 }).grant(
      'allocate',
      'create',
    ),
    start: start.grant('signal'),
    told: told.grant('wait'),
    faults: faults.serve('measure'),
    large: carried.grant('carry'),
    power: switches.power.grant('off'),
  },
});

// As urgent as the meter, so that they yield to each other.
new Component(switches, 'partner', {
  program: partner,
  scheduling: realtime(0),
  grants: { start: start.grant('wait'), told: told.grant('signal') },
});

new Component(switches, 'faulter', { program: faulter, scheduling: realtime(2), supervisor: faults, grants: {} });

new Component(switches, 'echo', {
  program: echo,
  scheduling: realtime(1),
  grants: { requests: calls.serve('measure') },
});

new Component(switches, 'carrier', {
  program: echo,
  scheduling: realtime(1),
  grants: { large: carried.serve('carry') },
});

app.synth();
