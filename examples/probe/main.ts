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
import { Talk } from './interfaces/talk.js';
import { answerer, brief, caller, owner, prober, spinner } from './veridian.programs.js';

const app = new App();
const probe = new System(app, 'probe', { machine: machines.q35({ memory: MiB(64) }) });
const page = probe.pageSize;
const isPc = probe.machine.arch === 'x86_64';

const terminal = new Console(probe, 'terminal');

// Of nearly every kind there are objects of which the prober gets all, some, or none.
const asked = new Endpoint(probe, 'asked', { interface: Talk });
const hinted = new Endpoint(probe, 'hinted', { interface: Talk });
const served = new Endpoint(probe, 'served', { interface: Talk });
const foreign = new Endpoint(probe, 'foreign', { interface: Talk });
const hears = (id: string, endpoint: typeof asked) =>
  new Service(probe, id, {
    program: answerer,
    grants: { requests: endpoint.serve('ask', 'tell', 'hint', 'whisper'), log: terminal.grant('write') },
  });
hears('answers', asked);
hears('listens', hinted);
hears('stranger', foreign);

const bell = new Notification(probe, 'bell');
const rung = new Notification(probe, 'rung');
const both = new Notification(probe, 'both');
const quiet = new Notification(probe, 'quiet');

const idle = (id: string) => new Component(probe, id, { program: spinner, scheduling: batch(199), grants: {} });
const ends = new Component(probe, 'ends', { program: brief, grants: {} });
const started = idle('started');
const blocked = idle('blocked');

// Lines and ports that no device uses; only a PC has ports. Registers of clocks, and of what no driver here uses.
const lines = isPc ? [5, 7] : [40, 41];
const line = new Interrupt(probe, 'line', { line: lines[0] ?? 0, notification: bell });
const otherLine = new Interrupt(probe, 'otherLine', { line: lines[1] ?? 0, notification: quiet });
const alarm = new Timer(probe, 'alarm', { notification: quiet });
const otherAlarm = new Timer(probe, 'otherAlarm', { notification: quiet, bit: 1 });
const ports = (id: string, first: number) => new IoPorts(probe, id, { first, count: 1 });
const [inputs, outputs, otherPorts] = isPc
  ? [ports('inputs', 0x80), ports('outputs', 0x84), ports('otherPorts', 0x86)]
  : [];
const [clock, state, strange] = {
  x86_64: [0xfed0_0000, 0xfed4_0000, 0xfed4_1000] as const,
  aarch64: [0x0901_0000, 0x0903_0000, 0x0902_0000] as const,
  riscv64: [0x0010_1000, 0x1000_1000, 0x1000_2000] as const,
}[probe.machine.arch];
const registers = new Mmio(probe, 'registers', { address: clock, size: page });
const status = new Mmio(probe, 'status', { address: state, size: page });
const otherRegisters = new Mmio(probe, 'otherRegisters', { address: strange, size: page });

const buffer = new Dma(probe, 'buffer', { size: KiB(4) });
const filled = new Dma(probe, 'filled', { size: KiB(4) });
const otherBuffer = new Dma(probe, 'otherBuffer', { size: KiB(4) });
const board = new SharedRegion(probe, 'board', { size: KiB(4) });
const notes = new SharedRegion(probe, 'notes', { size: KiB(4) });
const diary = new SharedRegion(probe, 'diary', { size: KiB(4) });
const workshop = new MemoryPool(probe, 'workshop', { size: 32 * page, threads: 2, spaces: 1 });
const bench = new MemoryPool(probe, 'bench', { size: 4 * page, notifications: 1 });
const otherPool = new MemoryPool(probe, 'otherPool', { size: 4 * page, notifications: 1, threads: 1 });
const census = new Census(probe, 'census');
const metrics = new Metrics(probe, 'metrics');

new Component(probe, 'caller', {
  program: caller,
  grants: {
    prober: served.grant('ask'),
    rung: rung.grant('signal'),
    both: both.grant('signal'),
    diary: diary.grant('read'),
  },
});
new Component(probe, 'owner', {
  program: owner,
  grants: {
    foreign: foreign.grant('ask', 'hint'),
    bell: bell.grant('wait'),
    quiet: quiet.grant('signal', 'wait'),
    line: otherLine.grant('acknowledge'),
    alarm: otherAlarm.grant('arm'),
    ...(otherPorts === undefined ? {} : { ports: otherPorts.grant('read', 'write') }),
    registers: otherRegisters.grant('read', 'write'),
    buffer: otherBuffer.grant('read', 'write'),
    board: board.grant('read'),
    notes: notes.grant('read', 'write'),
    diary: diary.grant('read', 'write'),
    pool: otherPool.grant('allocate', 'create', 'spawn'),
  },
});

const tries = new Component(probe, 'prober', {
  program: prober,
  scheduling: batch(150),
  grants: {
    log: terminal.grant('write'),
    asked: asked.grant('ask', 'hint'),
    hinted: hinted.grant('hint', 'delegate'),
    served: served.serve('ask'),
    bell: bell.grant('signal'),
    rung: rung.grant('wait'),
    both: both.grant('signal', 'wait'),
    ends: ends.grant('wait', 'stop'),
    started: started.grant('restart', 'schedule'),
    blocked: blocked.grant('block'),
    line: line.grant('acknowledge'),
    alarm: alarm.grant('arm'),
    ...(inputs === undefined || outputs === undefined
      ? {}
      : { inputs: inputs.grant('read'), outputs: outputs.grant('write') }),
    registers: registers.grant('read', 'write'),
    status: status.grant('read'),
    buffer: buffer.grant('read', 'write'),
    filled: filled.grant('read'),
    board: board.grant('read', 'write'),
    notes: notes.grant('read'),
    workshop: workshop.grant('allocate', 'spawn'),
    bench: bench.grant('create'),
    power: probe.power.grant('off'),
    census: census.grant('read'),
    metrics: metrics.grant('read'),
  },
});

acknowledge(tries, 'VRD0361', {
  reason: 'no device uses the buffers, and what it prints is not in them',
  expires: '2099-12-31',
});

app.synth();
