import {
  App,
  Component,
  Console,
  Endpoint,
  interactive,
  KiB,
  machines,
  Notification,
  Service,
  SharedRegion,
  System,
} from 'veridian';
import { Archive } from './interfaces/archive.js';
import { archivist, latecomer, reader } from './veridian.programs.js';

const app = new App();
const messages = new System(app, 'messages', { machine: machines.q35() });

const terminal = new Console(messages, 'terminal');
const archive = new Endpoint(messages, 'archive', { interface: Archive });
const closing = new Notification(messages, 'closing');

const keeping = new Service(messages, 'archivist', {
  program: archivist,
  grants: { requests: archive.serve('put', 'get', 'close') },
});

const late = new Component(messages, 'latecomer', {
  program: latecomer,
  scheduling: interactive(120),
  grants: { archive: archive.grant('get'), closing: closing.grant('wait'), log: terminal.grant('write') },
});

new Component(messages, 'reader', {
  program: reader,
  scheduling: interactive(130),
  grants: {
    archive: archive.grant('put', 'get', 'close', 'delegate'),
    area: new SharedRegion(messages, 'area', { size: KiB(4) }).grant('read', 'write'),
    closing: closing.grant('signal'),
    archivist: keeping.grant('wait'),
    latecomer: late.grant('wait'),
    log: terminal.grant('write'),
    power: messages.power.grant('off'),
  },
});

app.synth();
