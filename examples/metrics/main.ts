import {
  App,
  Component,
  Console,
  Endpoint,
  interactive,
  KiB,
  MemoryPool,
  Metrics,
  machines,
  Service,
  System,
} from 'veridian';
import { Echo } from './interfaces/echo.js';
import { clumsy, echo, watcher } from './veridian.programs.js';

const app = new App();
const metrics = new System(app, 'metrics', { machine: machines.q35() });

const terminal = new Console(metrics, 'terminal');
const echoes = new Endpoint(metrics, 'echoes', { interface: Echo });
const pool = new MemoryPool(metrics, 'pool', { size: KiB(256), regions: 4 });
const counters = new Metrics(metrics, 'counters');

new Service(metrics, 'echo', { program: echo, grants: { requests: echoes.serve('echo') } });

new Component(metrics, 'clumsy', { program: clumsy, grants: {} });

new Component(metrics, 'watcher', {
  program: watcher,
  scheduling: interactive(130),
  grants: {
    metrics: counters.grant('read'),
    echo: echoes.grant('echo'),
    pool: pool.grant('allocate'),
    log: terminal.grant('write'),
    power: metrics.power.grant('off'),
  },
});

app.synth();
