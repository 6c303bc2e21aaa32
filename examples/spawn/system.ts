import { type App, Component, Console, interactive, MemoryPool, machines, System } from 'veridian';
import { maker } from './veridian.programs.js';

/** A component that makes threads and processes, on a core of a machine with so many. */
export function spawning(app: App, { cores, core }: { readonly cores: number; readonly core: number }): System {
  const spawn = new System(app, 'spawn', { machine: machines.q35({ cores }) });
  const terminal = new Console(spawn, 'terminal');
  const pool = new MemoryPool(spawn, 'pool', {
    size: 64 * spawn.pageSize,
    regions: 8,
    endpoints: 1,
    notifications: 1,
    spaces: 1,
    threads: 2,
  });
  new Component(spawn, 'maker', {
    program: maker,
    core,
    scheduling: interactive(120),
    grants: {
      pool: pool.grant('allocate', 'create', 'spawn'),
      log: terminal.grant('write'),
      power: spawn.power.grant('off'),
    },
  });
  return spawn;
}
