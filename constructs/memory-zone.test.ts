import { describe, expect, test } from 'vitest';
import { machines } from '../arch/index.js';
import { App } from './app.js';
import { Component } from './component.js';
import { Dma } from './dma.js';
import { graphOf, idle, machine, mistakes, nodeOf, shop, untyped } from './fixture.js';
import { kernelReserve } from './lowering.js';
import { MemoryZone } from './memory-zone.js';
import { Notification } from './notification.js';
import { SharedRegion } from './shared-region.js';
import { KiB, MiB } from './sizes.js';
import { System } from './system.js';

const free = machine.memory - kernelReserve(machine.memory);

describe('a memory zone', () => {
  test('is a budget that regions are charged to', () => {
    const { app, system } = shop();
    const zone = new MemoryZone(system, 'buffers', { kind: 'high', size: MiB(2) });
    new SharedRegion(system, 'area', { size: KiB(8), zone });
    expect(nodeOf(app, 'MemoryZone', 'shop/buffers')).toMatchObject({ kind: 'high', size: MiB(2) });
    expect(nodeOf(app, 'SharedRegion', 'shop/area')).toMatchObject({ zone: 'shop/buffers', size: KiB(8) });
    expect(nodeOf(app, 'MemoryZone', 'shop/normal')).toBeUndefined();
  });

  test('can be of one NUMA node, and is of no certain one otherwise', () => {
    const { app, system } = shop();
    new MemoryZone(system, 'far', { kind: 'high', size: MiB(2), numaNode: 3 });
    new MemoryZone(system, 'first', { kind: 'high', size: MiB(2), numaNode: 0 });
    new MemoryZone(system, 'near', { kind: 'high', size: MiB(2) });
    expect(nodeOf(app, 'MemoryZone', 'shop/far')).toMatchObject({ numaNode: 3 });
    expect(nodeOf(app, 'MemoryZone', 'shop/first')).toMatchObject({ numaNode: 0 });
    expect(nodeOf(app, 'MemoryZone', 'shop/near')).not.toHaveProperty('numaNode');
  });

  test('says what is wrong with its arguments', () => {
    const { app, system } = shop();
    new MemoryZone(system, 'a', untyped({ kind: 'low', size: -1 }));
    new MemoryZone(system, 'b', untyped({ kind: 'dma', size: 1, length: 2 }));
    new MemoryZone(system, 'c', untyped(undefined));
    new MemoryZone(system, 'd', untyped({ kind: 'high', size: 1, numaNode: 8 }));
    expect(mistakes(app)).toEqual([
      "VRD0003 shop/a: 'low' | dma, normal, high",
      'VRD0003 shop/a: -1 | a whole number, 0 or more',
      'VRD0002 shop/b: length | kind, size, numaNode',
      'VRD0003 shop/c: undefined | an object with kind, size, numaNode',
      'VRD0003 shop/d: 8 | a whole number from 0 to 7',
    ]);
  });
});

describe('the default zones', () => {
  test('leave the kernel more where pages are large, by the number of components', () => {
    const app = new App();
    const system = new System(app, 'shop', { machine: machines.virt({ memory: MiB(64), granule: KiB(64) }) });
    new MemoryZone(system, 'buffers', { kind: 'high', size: KiB(100) });
    for (const id of ['first', 'second']) new Component(system, id, { program: idle, grants: {} });
    const { size = 0 } = nodeOf(app, 'MemoryZone', 'shop/normal') ?? {};
    expect(size).toBe(MiB(64) - MiB(8) - 2 * MiB(1) - KiB(128));
  });

  test('are the memory that the kernel does not keep', () => {
    const { app, system } = shop();
    new Component(system, 'idle', { program: idle, grants: {} });
    expect(nodeOf(app, 'MemoryZone', 'shop/normal')).toEqual({
      type: 'MemoryZone',
      path: 'shop/normal',
      kind: 'normal',
      size: free,
      source: system.source,
    });
    expect(graphOf(app).nodes).toHaveLength(2);
  });

  test('leave their share to declared zones and to buffers', () => {
    const { app, system } = shop();
    new MemoryZone(system, 'buffers', { kind: 'normal', size: MiB(6) });
    new SharedRegion(system, 'area', { size: KiB(4) });
    new Dma(system, 'ring', { size: KiB(4) });
    expect(nodeOf(app, 'MemoryZone', 'shop/dma')).toMatchObject({ kind: 'dma', size: MiB(4) });
    expect(nodeOf(app, 'MemoryZone', 'shop/normal')?.size).toBe(free - MiB(10));
  });

  test('are of another size when they are declared', () => {
    const { app, system } = shop();
    new MemoryZone(system, 'dma', { kind: 'dma', size: MiB(1) });
    new MemoryZone(system, 'normal', { kind: 'normal', size: MiB(3) });
    new Dma(system, 'ring', { size: KiB(4) });
    new SharedRegion(system, 'area', { size: KiB(4) });
    const zones = graphOf(app).nodes.filter((node) => node.type === 'MemoryZone');
    expect(zones.map(({ path, size }) => [path, size])).toEqual([
      ['shop/dma', MiB(1)],
      ['shop/normal', MiB(3)],
    ]);
  });

  test('are never below zero', () => {
    const { app, system } = shop();
    new MemoryZone(system, 'all', { kind: 'normal', size: MiB(64) });
    new Dma(system, 'ring', { size: KiB(4) });
    new SharedRegion(system, 'area', { size: KiB(4) });
    expect(nodeOf(app, 'MemoryZone', 'shop/normal')?.size).toBe(0);
    expect(nodeOf(app, 'MemoryZone', 'shop/dma')?.size).toBe(0);
  });

  test('need their ids', () => {
    const { app, system } = shop();
    new Notification(system, 'normal');
    new SharedRegion(system, 'area', { size: KiB(4) });
    expect(mistakes(app)).toEqual(['VRD0005 shop/normal: normal | a MemoryZone of this id, or no construct of it']);
  });
});
