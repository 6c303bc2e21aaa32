import {
  App,
  Audit,
  acknowledge,
  Component,
  Console,
  Endpoint,
  interactive,
  MemoryPool,
  MiB,
  machines,
  Notification,
  Service,
  System,
} from 'veridian';
import { Exchange } from './interfaces/exchange.js';
import { giver, idle, maker, taker } from './veridian.programs.js';

const app = new App();
const machine = machines.q35({ memory: MiB(64) });

// A system in which nothing moves: what runs is what was declared.
const still = new System(app, 'still', { machine });
new Audit(still, 'audit');
new Component(still, 'idle', {
  program: idle,
  grants: { log: new Console(still, 'terminal').grant('write'), power: still.power.grant('off') },
});

// One in which capabilities move while it runs, as its graph permits, and one is dropped.
const moving = new System(app, 'moving', { machine });
new Audit(moving, 'audit');
const exchange = new Endpoint(moving, 'exchange', { interface: Exchange });
const bell = new Notification(moving, 'bell');
const spare = new Notification(moving, 'spare');
new Service(moving, 'taker', { program: taker, grants: { requests: exchange.serve('give') } });
new Component(moving, 'giver', {
  program: giver,
  grants: {
    log: new Console(moving, 'terminal').grant('write'),
    peer: exchange.grant('give', 'delegate'),
    bell: bell.grant('signal', 'wait'),
    spare: spare.grant('signal'),
  },
});
acknowledge(spare, 'VRD0342', { reason: 'it is there to be dropped', expires: '2099-12-31' });

// One that makes a process, with a table and an address space of its own.
const making = new System(app, 'making', { machine });
new Audit(making, 'audit');
const pool = new MemoryPool(making, 'pool', {
  size: 32 * making.pageSize,
  regions: 1,
  endpoints: 1,
  spaces: 2,
  threads: 1,
});
new Component(making, 'maker', {
  program: maker,
  scheduling: interactive(120),
  grants: {
    log: new Console(making, 'terminal').grant('write'),
    pool: pool.grant('allocate', 'create', 'spawn'),
    bell: new Notification(making, 'bell').grant('signal', 'wait'),
  },
});

app.synth();
