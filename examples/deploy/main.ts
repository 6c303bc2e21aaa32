import { App, Component, Console, MiB, machines, System } from 'veridian';
import { QemuVm, TerraformStack } from 'veridian/terraform';
import { heartbeat } from './veridian.programs.js';

const app = new App();
const web = new System(app, 'web', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(web, 'terminal');
new Component(web, 'heartbeat', { program: heartbeat, grants: { log: terminal.grant('write') } });

const local = new TerraformStack(app, 'local');
new QemuVm(local, 'web', { system: web, count: 3 });

app.synth();
