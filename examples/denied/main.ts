import {
  App,
  acknowledge,
  batch,
  Census,
  Component,
  Console,
  Dma,
  Endpoint,
  Interrupt,
  IoPorts,
  interactive,
  KiB,
  MemoryPool,
  Metrics,
  MiB,
  Mmio,
  machines,
  Notification,
  Service,
  SharedRegion,
  System,
  Timer,
} from 'veridian';
import { Bystander } from './interfaces/bystander.js';
import { Watch } from './interfaces/watch.js';
import * as programs from './veridian.programs.js';

const app = new App();
const denied = new System(app, 'denied', { machine: machines.q35({ memory: MiB(64) }) });

const terminal = new Console(denied, 'terminal');
const watch = new Endpoint(denied, 'watch', { interface: Watch });
const questions = new Endpoint(denied, 'questions', { interface: Bystander });

new Service(denied, 'supervisor', {
  program: programs.supervisor,
  grants: { requests: watch.serve('faults'), log: terminal.grant('write') },
});

const bystander = new Service(denied, 'bystander', {
  program: programs.bystander,
  grants: {
    requests: questions.serve('ask', 'tell'),
    log: terminal.grant('write'),
    secret: new Notification(denied, 'secret').grant('signal', 'wait'),
  },
});

// Both do what no one may: they run, and are stopped, before the probe looks at what became of it.
new Component(denied, 'victim', {
  program: programs.victim,
  scheduling: interactive(120),
  supervisor: watch,
  grants: { log: terminal.grant('write') },
});

new Component(denied, 'clumsy', {
  program: programs.clumsy,
  scheduling: interactive(120),
  supervisor: watch,
  grants: { log: terminal.grant('write') },
});

// One object of each kind, with all rights: the probe tries each system call without one of them after the other.
const bell = new Notification(denied, 'bell');
const door = new Endpoint(denied, 'door', { interface: Bystander });
// A line and a port that no device of the machine uses; only a PC has ports.
const isPc = denied.machine.arch === 'x86_64';
const line = new Interrupt(denied, 'line', { line: isPc ? 5 : 40, notification: bell });
const timer = new Timer(denied, 'timer', { notification: bell, bit: 1 });
const ports = isPc ? new IoPorts(denied, 'ports', { first: 0x80, count: 1 }) : undefined;
// Registers of a clock that no driver here uses; they are mapped, and never touched.
const clock = { x86_64: 0xfed0_0000, aarch64: 0x0901_0000, riscv64: 0x0010_1000 }[denied.machine.arch];
const registers = new Mmio(denied, 'registers', { address: clock, size: denied.pageSize });
const buffer = new Dma(denied, 'buffer', { size: KiB(4) });
const area = new SharedRegion(denied, 'area', { size: KiB(4) });
const pool = new MemoryPool(denied, 'pool', { size: 16 * denied.pageSize, spaces: 1 });
const census = new Census(denied, 'census');
const metrics = new Metrics(denied, 'metrics');

const probe = new Component(denied, 'probe', {
  program: programs.probe,
  scheduling: batch(150),
  grants: {
    log: terminal.grant('write'),
    bystander: questions.grant('ask'),
    watch: watch.grant('faults'),
    door: door.serve('ask', 'tell'),
    bell: bell.grant('signal', 'wait'),
    line: line.grant('acknowledge'),
    timer: timer.grant('arm'),
    ...(ports === undefined ? {} : { ports: ports.grant('read', 'write') }),
    buffer: buffer.grant('read', 'write'),
    registers: registers.grant('read', 'write'),
    area: area.grant('read'),
    power: denied.power.grant('off', 'reset'),
    census: census.grant('read'),
    metrics: metrics.grant('read'),
    neighbour: bystander.grant('wait', 'stop', 'restart', 'schedule', 'block'),
    pool: pool.grant('allocate', 'create', 'spawn'),
  },
});

acknowledge(probe, 'VRD0361', {
  reason: 'it tries every kind of object, and prints nothing of it',
  expires: '2099-12-31',
});

app.synth();
