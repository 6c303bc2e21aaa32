import { App, Component, Console, Endpoint, interactive, machines, Service, System } from 'veridian';
import { Division } from './interfaces/division.js';
import { client, keeper, worker } from './veridian.programs.js';

const app = new App();
const restart = new System(app, 'restart', { machine: machines.q35() });

const terminal = new Console(restart, 'terminal');
const divisions = new Endpoint(restart, 'divisions', { interface: Division });

const dividing = new Service(restart, 'worker', {
  program: worker,
  grants: { requests: divisions.serve('divide'), log: terminal.grant('write') },
});

// It may start that one component anew, and nothing else.
new Service(restart, 'keeper', {
  program: keeper,
  grants: { worker: dividing.grant('wait', 'restart'), log: terminal.grant('write') },
});

new Component(restart, 'client', {
  program: client,
  scheduling: interactive(130),
  grants: {
    divisions: divisions.grant('divide'),
    log: terminal.grant('write'),
    power: restart.power.grant('off'),
  },
});

app.synth();
