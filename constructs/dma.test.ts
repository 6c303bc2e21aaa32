import { expect, test } from 'vitest';
import { Dma } from './dma.js';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { MemoryZone } from './memory-zone.js';
import { KiB, MiB } from './sizes.js';

test('a DMA buffer is charged to the dma zone, or to the one it names', () => {
  const { app, system } = shop();
  const low = new MemoryZone(system, 'low', { kind: 'dma', size: MiB(1) });
  const ring = new Dma(system, 'ring', { size: KiB(8) });
  new Dma(system, 'other', { size: KiB(4), zone: low });
  expect(ring.grant('read', 'write')).toMatchObject({ kind: 'Dma', rights: ['read', 'write'] });
  expect(nodeOf(app, 'Dma', 'shop/ring')).toMatchObject({ size: KiB(8), zone: 'shop/dma' });
  expect(nodeOf(app, 'Dma', 'shop/other')).toMatchObject({ size: KiB(4), zone: 'shop/low' });
});

test('a DMA buffer has a size', () => {
  const { app, system } = shop();
  new Dma(system, 'ring', untyped({ size: '4096' }));
  expect(mistakes(app)).toEqual(["VRD0003 shop/ring: '4096' | a whole number, 0 or more"]);
});
