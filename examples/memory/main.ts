import { App, Component, Console, Endpoint, interactive, MemoryPool, machines, Service, System } from 'veridian';
import { Sums } from './interfaces/sums.js';
import { borrower, lender } from './veridian.programs.js';

const app = new App();
const memory = new System(app, 'memory', { machine: machines.q35() });

const terminal = new Console(memory, 'terminal');
const sums = new Endpoint(memory, 'sums', { interface: Sums });

const borrowing = new Service(memory, 'borrower', {
  program: borrower,
  grants: {
    requests: sums.serve('sum', 'again'),
    // Enough for the page tables of what it is lent.
    tables: new MemoryPool(memory, 'tables', { size: 16 * memory.pageSize, regions: 1 }).grant('allocate'),
  },
});

new Component(memory, 'lender', {
  program: lender,
  scheduling: interactive(130),
  grants: {
    sums: sums.grant('sum', 'again', 'delegate'),
    pool: new MemoryPool(memory, 'pool', { size: 128 * memory.pageSize, regions: 32 }).grant('allocate'),
    borrower: borrowing.grant('wait'),
    log: terminal.grant('write'),
    power: memory.power.grant('off'),
  },
});

app.synth();
