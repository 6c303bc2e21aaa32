import {
  type App,
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

/** Who reads the counters, and what there is to count: all on one core, or each on another. */
export function metricsOn(app: App, cores: 1 | 3): void {
  const metrics = new System(app, 'metrics', { machine: machines.q35({ cores }) });

  const terminal = new Console(metrics, 'terminal');
  const echoes = new Endpoint(metrics, 'echoes', { interface: Echo });
  const pool = new MemoryPool(metrics, 'pool', { size: KiB(256), regions: 4 });
  const counters = new Metrics(metrics, 'counters');

  new Service(metrics, 'echo', { program: echo, core: 1 % cores, grants: { requests: echoes.serve('echo') } });

  new Component(metrics, 'clumsy', { program: clumsy, core: 2 % cores, grants: {} });

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
}
