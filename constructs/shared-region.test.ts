import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { SharedRegion } from './shared-region.js';
import { KiB } from './sizes.js';

test('a shared region is charged to the normal zone and granted to read and to write', () => {
  const { app, system } = shop();
  const area = new SharedRegion(system, 'area', { size: KiB(64) });
  expect(area.grant('write')).toMatchObject({ kind: 'SharedRegion', rights: ['write'] });
  expect(nodeOf(app, 'SharedRegion', 'shop/area')).toMatchObject({ size: 65_536, zone: 'shop/normal' });
});

test('a shared region leaves its alignment to the checks, but must have a size', () => {
  const { app, system } = shop();
  new SharedRegion(system, 'odd', { size: 5 });
  expect(nodeOf(app, 'SharedRegion', 'shop/odd')?.size).toBe(5);
  new SharedRegion(system, 'none', untyped({}));
  new SharedRegion(system, 'half', { size: 0.5 });
  new SharedRegion(system, 'zone', { size: 4096, zone: untyped('normal') });
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/none: undefined | a whole number, 0 or more',
    'VRD0003 shop/half: 0.5 | a whole number, 0 or more',
    "VRD0003 shop/zone: 'normal' | a MemoryZone",
  ]);
});
