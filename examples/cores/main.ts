import {
  App,
  Component,
  Console,
  Endpoint,
  interactive,
  KiB,
  MemoryPool,
  machines,
  Notification,
  Service,
  SharedRegion,
  System,
} from 'veridian';
import { Doubles } from './interfaces/doubles.js';
import { Loan } from './interfaces/loan.js';
import { borrower, caller, conductor, doubler, spinner } from './veridian.programs.js';

const CORES = 4;

const app = new App();
const cores = new System(app, 'cores', { machine: machines.q35({ cores: CORES }) });

const terminal = new Console(cores, 'terminal');
const finished = new Notification(cores, 'finished');
const everyCore = Array.from({ length: CORES }, (_, core) => core);
const at = <T>(list: readonly T[], index: number): T => list[index] as T;

// A server on every core, each called from the core before it.
const doubles = everyCore.map((core) => new Endpoint(cores, `doubles-${core}`, { interface: Doubles }));
const doubling = doubles.map(
  (endpoint, core) =>
    new Service(cores, `doubler-${core}`, { program: doubler, core, grants: { requests: endpoint.serve('double') } }),
);
const calling = doubles.map(
  (_, core) =>
    new Component(cores, `caller-${core}`, {
      program: caller,
      core,
      grants: {
        doubles: at(doubles, (core + 1) % CORES).grant('double'),
        finished: finished.grant('signal'),
      },
    }),
);

// What runs on another core while the conductor stops it, or takes its memory.
const counters = new SharedRegion(cores, 'counters', { size: KiB(4) });
const spinning = new Component(cores, 'spinner', {
  program: spinner,
  core: 2,
  scheduling: interactive(139),
  grants: { counters: counters.grant('read', 'write') },
});
const loans = new Endpoint(cores, 'loans', { interface: Loan });
const borrowing = new Component(cores, 'borrower', {
  program: borrower,
  core: 3,
  scheduling: interactive(139),
  grants: {
    requests: loans.serve('lend'),
    counters: counters.grant('read', 'write'),
    tables: new MemoryPool(cores, 'tables', { size: KiB(64), regions: 1 }).grant('allocate'),
  },
});

new Component(cores, 'conductor', {
  program: conductor,
  scheduling: interactive(130),
  grants: {
    finished: finished.grant('wait'),
    first: at(calling, 0).grant('wait'),
    second: at(calling, 1).grant('wait'),
    third: at(calling, 2).grant('wait'),
    fourth: at(calling, 3).grant('wait'),
    doubler: at(doubling, 2).grant('restart'),
    counters: counters.grant('read', 'write'),
    spinner: spinning.grant('wait', 'stop', 'restart'),
    loans: loans.grant('lend', 'delegate'),
    borrower: borrowing.grant('wait', 'restart'),
    pool: new MemoryPool(cores, 'pool', { size: KiB(128), regions: 2 }).grant('allocate'),
    log: terminal.grant('write'),
    power: cores.power.grant('off'),
  },
});

app.synth();
