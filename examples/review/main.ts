import {
  App,
  Component,
  Driver,
  Endpoint,
  interactive,
  KiB,
  MiB,
  Mmio,
  machines,
  policy,
  Service,
  System,
} from 'veridian';
import { Cache, Disk } from './interfaces.js';
import { driver, ledger, lru, web } from './programs.js';

const app = new App();
const shop = new System(app, 'shop', { machine: machines.q35({ memory: MiB(64) }) });

// The disk, and who may use it: the ledger alone.
const registers = new Mmio(shop, 'registers', { address: 0xfeb0_0000, size: KiB(4) });
const blocks = new Endpoint(shop, 'blocks', { interface: Disk });
new Driver(shop, 'disk', {
  program: driver,
  grants: { requests: blocks.serve('read', 'write'), registers: registers.grant('read', 'write') },
});
new Service(shop, 'ledger', {
  program: ledger,
  grants: { disk: blocks.grant('read', 'write') },
});

// Pages that were made once, in memory.
const pages = new Endpoint(shop, 'pages', { interface: Cache });
new Service(shop, 'cache', {
  program: lru,
  grants: { requests: pages.serve('get', 'put') },
});

// What the network talks to.
const front = new Component(shop, 'web', {
  program: web,
  scheduling: interactive(120),
  grants: { cache: pages.grant('get', 'put') },
});

policy.cannotReach(front, registers, { name: 'the network never reaches the disk' });

app.synth();
