import { App, Component, Console, MiB, machines, System } from 'veridian';
import { parrot } from './veridian.programs.js';

const app = new App();
const system = new System(app, 'terminal', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(system, 'console');

new Component(system, 'parrot', {
  program: parrot,
  grants: { terminal: terminal.grant('read', 'write'), power: system.power.grant('off') },
});

app.synth();
