import { App, Component, Console, interactive, MemoryPool, machines, System } from 'veridian';
import { maker } from './veridian.programs.js';

const app = new App();
const spawn = new System(app, 'spawn', { machine: machines.q35() });

const terminal = new Console(spawn, 'terminal');
const pool = new MemoryPool(spawn, 'pool', {
  size: 64 * spawn.pageSize,
  regions: 8,
  endpoints: 1,
  notifications: 1,
  spaces: 1,
  threads: 2,
});

new Component(spawn, 'maker', {
  program: maker,
  scheduling: interactive(120),
  grants: {
    pool: pool.grant('allocate', 'create', 'spawn'),
    log: terminal.grant('write'),
    power: spawn.power.grant('off'),
  },
});

app.synth();
