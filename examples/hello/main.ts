import { App, Component, Console, Endpoint, interactive, KiB, MiB, machines, SharedRegion, System } from 'veridian';
import { Greeter } from './interfaces/greeter.js';
import { client, greeter } from './veridian.programs.js';

const app = new App();
const hello = new System(app, 'hello', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(hello, 'terminal');
const greetings = new Endpoint(hello, 'greetings', { interface: Greeter });
const area = new SharedRegion(hello, 'area', { size: KiB(64) });

new Component(hello, 'greeter', {
  program: greeter,
  scheduling: interactive(120),
  grants: { requests: greetings.serve('greet'), log: terminal.grant('write'), area: area.grant('read', 'write') },
});

new Component(hello, 'client', {
  program: client,
  grants: {
    greeter: greetings.grant('greet'),
    log: terminal.grant('write'),
    area: area.grant('read'),
    power: hello.power.grant('off'),
  },
});

app.synth();
