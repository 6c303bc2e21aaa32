import { App, Component, machines, System } from 'veridian';
import { phoenix } from './veridian.programs.js';

const app = new App();
const system = new System(app, 'reset', { machine: machines.q35() });

new Component(system, 'phoenix', { program: phoenix, grants: { power: system.power.grant('reset') } });

app.synth();
