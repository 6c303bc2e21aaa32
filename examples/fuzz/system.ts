import {
  type App,
  Census,
  Component,
  Console,
  Dma,
  Endpoint,
  interactive,
  KiB,
  MemoryPool,
  MiB,
  machines,
  Notification,
  Service,
  SharedRegion,
  System,
  Timer,
} from 'veridian';
import { Bystander } from './interfaces/bystander.js';
import { bystander, fuzzer, keeper } from './veridian.programs.js';

/** A system in which a component makes 20,000 system calls at random in each of so many lives, and one more. */
export function fuzzing(app: App, lives: number): System {
  const fuzz = new System(app, 'fuzz', { machine: machines.q35({ memory: MiB(128) }) });
  const terminal = new Console(fuzz, 'terminal');
  const questions = new Endpoint(fuzz, 'questions', { interface: Bystander });
  const own = new Endpoint(fuzz, 'own', { interface: Bystander });
  const pool = new MemoryPool(fuzz, 'pool', { size: KiB(128) });
  const census = new Census(fuzz, 'census');
  const bell = new Notification(fuzz, 'bell');
  // A page for each life: the keeper reads from its size how many there are.
  const plan = new SharedRegion(fuzz, 'plan', { size: KiB(4) * lives });

  const answering = new Service(fuzz, 'bystander', {
    program: bystander,
    grants: { requests: questions.serve('next') },
  });
  const fuzzing = new Component(fuzz, 'fuzzer', {
    program: fuzzer,
    scheduling: interactive(139),
    grants: {
      plan: plan.grant('read', 'write'),
      own: own.serve('next'),
      bystander: questions.grant('next'),
      bell: bell.grant('signal', 'wait'),
      timer: new Timer(fuzz, 'timer', { notification: bell }).grant('arm'),
      area: new SharedRegion(fuzz, 'area', { size: KiB(16) }).grant('read', 'write'),
      buffer: new Dma(fuzz, 'buffer', { size: KiB(4) }).grant('read', 'write'),
      census: census.grant('read'),
      neighbour: answering.grant('wait'),
      pool: pool.grant('allocate', 'create'),
    },
  });
  new Component(fuzz, 'keeper', {
    program: keeper,
    scheduling: interactive(120),
    grants: {
      fuzzer: fuzzing.grant('wait', 'restart'),
      bystander: questions.grant('next'),
      plan: plan.grant('read', 'write'),
      pool: pool.grant('allocate'),
      census: census.grant('read'),
      log: terminal.grant('write'),
      power: fuzz.power.grant('off'),
    },
  });
  return fuzz;
}
