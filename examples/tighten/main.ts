import {
  App,
  Component,
  Console,
  Endpoint,
  KiB,
  MiB,
  machines,
  Notification,
  Service,
  SharedRegion,
  System,
} from 'veridian';
import { Store } from './interfaces/store.js';
import { helper, wide } from './veridian.programs.js';

const app = new App();
const system = new System(app, 'wide', { machine: machines.q35({ memory: MiB(64) }) });
const terminal = new Console(system, 'terminal');
const store = new Endpoint(system, 'store', { interface: Store });
const table = new SharedRegion(system, 'table', { size: KiB(16) });
const spare = new SharedRegion(system, 'spare', { size: KiB(4) });
const bell = new Notification(system, 'bell');
const rung = new Notification(system, 'rung');
const hint = new Notification(system, 'hint');

new Service(system, 'helper', {
  program: helper,
  grants: {
    requests: store.serve('get', 'put', 'watch'),
    table: table.grant('read', 'write'),
    rung: rung.grant('signal'),
  },
});
new Component(system, 'main', {
  program: wide,
  grants: {
    log: terminal.grant('write', 'read'),
    store: store.grant('get', 'put', 'watch', 'delegate'),
    table: table.grant('read', 'write'),
    spare: spare.grant('read'),
    bell: bell.grant('signal', 'wait'),
    rung: rung.grant('wait'),
    hint: hint.grant('signal'),
    power: system.power.grant('off', 'reset'),
  },
});

app.synth();
