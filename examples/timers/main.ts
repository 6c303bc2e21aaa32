import { App, batch, Component, Console, Endpoint, machines, Notification, Service, System, Timer } from 'veridian';
import { Beats } from './interfaces/beats.js';
import { pulse, sleeper, worker } from './veridian.programs.js';

const app = new App();
const timers = new System(app, 'timers', { machine: machines.q35() });

const terminal = new Console(timers, 'terminal');

// All timers of the sleeper and its worker ring one bell, each by its own bit.
const bell = new Notification(timers, 'bell');
const first = new Timer(timers, 'first', { notification: bell });
const second = new Timer(timers, 'second', { notification: bell, bit: 1 });
const late = new Timer(timers, 'late', { notification: bell, bit: 2 });
const told = new Notification(timers, 'told');

// A server that gets a timer's signal at its endpoint.
const tick = new Notification(timers, 'tick');
const beats = new Endpoint(timers, 'beats', { interface: Beats, notification: tick });

const working = new Service(timers, 'worker', {
  program: worker,
  grants: { timer: late.grant('arm'), told: told.grant('wait') },
});

new Service(timers, 'pulse', {
  program: pulse,
  grants: { requests: beats.serve('count'), beat: new Timer(timers, 'beat', { notification: tick }).grant('arm') },
});

new Component(timers, 'sleeper', {
  program: sleeper,
  scheduling: batch(150),
  grants: {
    first: first.grant('arm'),
    second: second.grant('arm'),
    bell: bell.grant('wait'),
    worker: working.grant('wait', 'stop', 'restart'),
    told: told.grant('signal'),
    pulse: beats.grant('count'),
    log: terminal.grant('write'),
    power: timers.power.grant('off'),
  },
});

app.synth();
