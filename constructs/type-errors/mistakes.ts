import { App, type Capability, Component, defineInterface, Endpoint, method, Program, System } from '../index.js';

const FileSystem = defineInterface('FileSystem', {
  open: method({}, {}),
  read: method({}, {}),
  remove: method({}, {}),
});
const Console = defineInterface('Console', { write: method({}, {}) });
const web = Program.of<{ files: Capability<'FileSystem', 'open' | 'read'>; log: Capability<'Console', 'write'> }>({
  name: 'web',
  file: 'cargo:web',
  needs: [],
});
const hello = new System(new App(), 'hello', { machine: { name: 'none', arch: 'x86_64', memory: 0, cores: 1 } });
const disk = new Endpoint(hello, 'disk', { interface: FileSystem });
const terminal = new Endpoint(hello, 'terminal', { interface: Console });

new Component(hello, 'missing-grant', {
  program: web,
  grants: { files: disk.grant('open', 'read') },
});

new Component(hello, 'excess-right', {
  program: web,
  grants: {
    files: disk.grant('open', 'read', 'remove'),
    log: terminal.grant('write'),
  },
});

new Component(hello, 'too-few-rights', {
  program: web,
  grants: {
    files: disk.grant('open'),
    log: terminal.grant('write'),
  },
});

new Component(hello, 'unasked-grant', {
  program: web,
  grants: {
    files: disk.grant('open', 'read'),
    log: terminal.grant('write'),
    disk: disk.grant('remove'),
  },
});

new Component(hello, 'wrong-kind', {
  program: web,
  grants: {
    files: terminal.grant('write'),
    log: terminal.grant('write'),
  },
});

new Component(hello, 'amplification', {
  program: web,
  grants: {
    files: disk.grant('open').derive('open', 'read'),
    log: terminal.grant('write'),
  },
});

new Component(hello, 'server-for-client', {
  program: web,
  grants: {
    files: disk.serve('open', 'read'),
    log: terminal.grant('write'),
  },
});
