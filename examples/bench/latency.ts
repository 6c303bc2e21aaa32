/** How long an interrupt waits, at most and while other programs make the kernel's longest calls. */
import {
  App,
  Census,
  Component,
  Console,
  Endpoint,
  Interrupt,
  KiB,
  MemoryPool,
  MiB,
  Mmio,
  machines,
  Notification,
  realtime,
  SharedRegion,
  System,
} from 'veridian';
import { Large } from './interfaces/bench.js';
import { driver, echo, hammer, partner } from './veridian.programs.js';

const app = new App();
const latency = new System(app, 'latency', { machine: machines.q35({ memory: MiB(64) }) });

/** Clocks that nobody else needs, and their lines. */
const clocks = {
  x86_64: { address: 0xfed0_0000, line: 20, trigger: 'edge' },
  aarch64: { address: 0x0901_0000, line: 34, trigger: 'level' },
  riscv64: { address: 0x0010_1000, line: 11, trigger: 'level' },
} as const;
const { address, line, trigger } = clocks[latency.machine.arch];

// More urgent than the hammer, which never waits.
const terminal = new Console(latency, 'terminal', { scheduling: realtime(1) });
const raised = new Notification(latency, 'raised');
const begin = new Notification(latency, 'begin');
const ready = new Notification(latency, 'ready');
const area = new SharedRegion(latency, 'area', { size: latency.pageSize });
const carried = new Endpoint(latency, 'carried', { interface: Large });

new Component(latency, 'driver', {
  program: driver,
  scheduling: realtime(0),
  grants: {
    registers: new Mmio(latency, 'clock', { address, size: latency.pageSize }).grant('read', 'write'),
    interrupt: new Interrupt(latency, 'alarm', { line, trigger, notification: raised }).grant('acknowledge'),
    raised: raised.grant('wait'),
    pool: new MemoryPool(latency, 'stacks', { size: 16 * latency.pageSize, threads: 1 }).grant('allocate', 'spawn'),
    area: area.grant('read', 'write'),
    begin: begin.grant('signal'),
    ready: ready.grant('wait'),
    log: terminal.grant('write'),
    power: latency.power.grant('off'),
  },
});

const idle = new Notification(latency, 'idle');
const victim = new Component(latency, 'victim', {
  program: partner,
  stack: KiB(256),
  scheduling: realtime(3),
  grants: { start: idle.grant('wait'), told: idle.grant('signal') },
});

const pool = new MemoryPool(latency, 'pool', { size: 256 * latency.pageSize, regions: 1, spaces: 1, threads: 8 });
new Component(latency, 'hammer', {
  program: hammer,
  scheduling: realtime(2),
  grants: {
    begin: begin.grant('wait'),
    ready: ready.grant('signal'),
    area: area.grant('read', 'write'),
    pool: pool.grant('allocate', 'create', 'spawn'),
    victim: victim.grant('restart'),
    census: new Census(latency, 'census').grant('read'),
    server: carried.grant('carry'),
  },
});

new Component(latency, 'carrier', {
  program: echo,
  scheduling: realtime(1),
  grants: { large: carried.serve('carry') },
});

app.synth();
