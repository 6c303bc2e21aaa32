import {
  type App,
  Component,
  Console,
  Endpoint,
  interactive,
  KiB,
  MemoryPool,
  machines,
  Service,
  SharedRegion,
  System,
  type SystemProps,
} from 'veridian';
import { Orders } from './interfaces/orders.js';
import { keeper, trespasser, warden } from './veridian.programs.js';

/** A component that tries what no program may, and one that is told what came of it. */
export function protection(app: App, aslr?: SystemProps['aslr']): System {
  const system = new System(app, 'protection', { machine: machines.q35(), ...(aslr === undefined ? {} : { aslr }) });
  const terminal = new Console(system, 'terminal');
  const orders = new Endpoint(system, 'orders', { interface: Orders });

  new Service(system, 'warden', {
    program: warden,
    grants: { requests: orders.serve('next'), log: terminal.grant('write') },
  });

  const trespassing = new Component(system, 'trespasser', {
    program: trespasser,
    scheduling: interactive(130),
    supervisor: orders,
    grants: {
      orders: orders.grant('next'),
      region: new SharedRegion(system, 'region', { size: KiB(4) }).grant('read', 'write'),
      pool: new MemoryPool(system, 'pool', { size: KiB(256), regions: 1 }).grant('allocate'),
      log: terminal.grant('write'),
      power: system.power.grant('off'),
    },
  });

  new Service(system, 'keeper', {
    program: keeper,
    grants: { trespasser: trespassing.grant('wait', 'restart') },
  });
  return system;
}
