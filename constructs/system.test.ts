import { Construct } from 'constructs';
import { afterEach, expect, test } from 'vitest';
import { machines } from '../arch/index.js';
import { App } from './app.js';
import { Component } from './component.js';
import { DefinitionError } from './definition-error.js';
import { Dma } from './dma.js';
import { graphOf, idle, machine, mistakes, shop, untyped } from './fixture.js';
import { MemoryPool } from './memory-pool.js';
import { MemoryZone } from './memory-zone.js';
import { Mmio } from './mmio.js';
import { Notification } from './notification.js';
import { SharedRegion } from './shared-region.js';
import { KiB, MiB } from './sizes.js';
import { System } from './system.js';

test('a system has a machine', () => {
  const { app, system } = shop();
  expect(graphOf(app)).toEqual({
    schema: 'veridian.graph/1',
    system: 'shop',
    source: system.source,
    machine: { name: 'q35', arch: 'x86_64', memory: MiB(64), cores: 1, source: system.source },
    interfaces: [],
    programs: [],
    nodes: [],
    edges: [],
  });
});

afterEach(() => {
  delete process.env.VERIDIAN_RUNS_ON;
});

test('another machine takes the place of the declared one, with its memory', () => {
  process.env.VERIDIAN_RUNS_ON = 'virt';
  const system = new System(new App(), 'shop', { machine: machines.q35({ memory: MiB(96) }) });
  expect(system.machine).toEqual(machines.virt({ memory: MiB(96) }));
  for (const same of ['virt', 'none such']) {
    process.env.VERIDIAN_RUNS_ON = same;
    const { machine } = new System(new App(), 'shop', { machine: machines.virt({ gic: 3 }) });
    expect(machine).toEqual(machines.virt({ gic: 3 }));
  }
  process.env.VERIDIAN_RUNS_ON = 'virt,granule=16K';
  const other = new System(new App(), 'shop', { machine: machines.virt({ gic: 3, memory: MiB(96) }) });
  expect(other.machine).toEqual(machines.virt({ memory: MiB(96), granule: KiB(16) }));
  expect(other.pageSize).toBe(KiB(16));
});

test('memory has whole pages of the machine, and registers of devices are left as they are written', () => {
  const app = new App();
  const system = new System(app, 'shop', { machine: machines.virt({ granule: KiB(64) }) });
  const zone = new MemoryZone(system, 'zone', { kind: 'normal', size: KiB(100) });
  new SharedRegion(system, 'area', { size: KiB(4), zone });
  new SharedRegion(system, 'crooked', { size: 5000, zone });
  new MemoryPool(system, 'pool', { size: KiB(64), zone });
  new Dma(system, 'buffer', { size: KiB(68), zone });
  new Component(system, 'idle', { program: idle, stack: KiB(4), zone, grants: {} });
  new Mmio(system, 'registers', { address: 0x900_0000, size: KiB(4) });
  const sizes = graphOf(app).nodes.map((node) => [
    node.path,
    node.type === 'Component' ? node.stack : 'size' in node ? node.size : undefined,
  ]);
  expect(Object.fromEntries(sizes)).toEqual({
    'shop/zone': KiB(128),
    'shop/area': KiB(64),
    'shop/crooked': 5000,
    'shop/pool': KiB(64),
    'shop/buffer': KiB(128),
    'shop/idle': KiB(64),
    'shop/registers': KiB(4),
  });
});

test('a system is found from what is in it', () => {
  const { app, system } = shop();
  const part = new Construct(system, 'part');
  expect(System.of(new Notification(part, 'tick'))).toBe(system);
  expect(System.of(system)).toBe(system);
  expect(() => System.of(app)).toThrow(DefinitionError);
});

test('a system is in the App, not in another system', () => {
  const { app, system } = shop();
  new System(system, 'inner', { machine });
  new System(new Construct(app, 'part'), 'far', { machine });
  expect(mistakes(app)).toEqual(['VRD0006 shop/inner: shop | the App', 'VRD0006 part/far: part | the App']);
});

test('a system says what is wrong with its machine', () => {
  const app = new App();
  new System(app, 'a', untyped({}));
  new System(app, 'b', { machine: untyped('q35') });
  new System(app, 'c', { machine: { name: 'pdp', arch: untyped('pdp11'), memory: -1, cores: 0 } });
  new System(app, 'd', untyped({ machine, memory: 5 }));
  expect(mistakes(app)).toEqual([
    'VRD0003 a: undefined | a machine, such as machines.q35()',
    "VRD0003 b: 'q35' | a machine, such as machines.q35()",
    "VRD0003 c: 'pdp11' | x86_64, aarch64, riscv64",
    'VRD0003 c: -1 | a whole number, 0 or more',
    'VRD0003 c: 0 | a whole number from 1 to 16',
    'VRD0002 d: memory | machine, aslr',
  ]);
});
