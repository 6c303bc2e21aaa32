/** How the kernel's work grows: a meter and its server, as in main.ts, and many components besides. */
import { App, Component, Console, Endpoint, MemoryPool, MiB, machines, Notification, realtime, System } from 'veridian';
import { Bench } from './interfaces/bench.js';
import { echo, member, meter } from './veridian.programs.js';

/**
 * A system with `count` components that hold a page of the pool each, and a capability that the meter passed to them,
 * and are ready all at once when the meter wants it; `memory` is the machine's, in MiB.
 */
export function crowd(count: number, memory: number): void {
  const app = new App();
  const system = new System(app, `crowd-${count}`, { machine: machines.q35({ memory: MiB(memory) }) });
  const terminal = new Console(system, 'terminal');
  const calls = new Endpoint(system, 'calls', { interface: Bench });
  const members = new Endpoint(system, 'members', { interface: Bench });
  const start = new Notification(system, 'start');
  const pool = new MemoryPool(system, 'pool', { size: (count + 16) * system.pageSize, regions: count + 16 });

  new Component(system, 'meter', {
    program: meter,
    scheduling: realtime(0),
    grants: {
      log: terminal.grant('write'),
      server: calls.grant('measure'),
      bell: new Notification(system, 'bell').grant('signal'),
      pool: pool.grant('allocate', 'create'),
      start: start.grant('signal'),
      members: members.grant('measure', 'delegate'),
      power: system.power.grant('off'),
    },
  });

  new Component(system, 'echo', {
    program: echo,
    scheduling: realtime(1),
    grants: { requests: calls.serve('measure') },
  });

  // As urgent as the meter, so that they yield to each other.
  for (let number = 1; number <= count; number++) {
    new Component(system, `member-${number}`, {
      program: member,
      scheduling: realtime(0),
      grants: { enlisted: members.serve('measure'), start: start.grant('wait'), pool: pool.grant('allocate') },
    });
  }

  app.synth();
}
