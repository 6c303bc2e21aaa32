import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { Mmio } from './mmio.js';

test('device registers are a node, and are granted to read and to write', () => {
  const { app, system } = shop();
  const hpet = new Mmio(system, 'hpet', { address: 0xfed0_0000, size: 4096 });
  expect(hpet.grant('read')).toMatchObject({ kind: 'Mmio', rights: ['read'] });
  expect(nodeOf(app, 'Mmio', 'shop/hpet')).toMatchObject({ address: 0xfed0_0000, size: 4096 });
});

test('device registers have an address that a number holds exactly', () => {
  const { app, system } = shop();
  new Mmio(system, 'far', { address: 2 ** 60, size: 4096 });
  new Mmio(system, 'typo', untyped({ adress: 0, size: 4096 }));
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/far: 1152921504606847000 | a whole number, 0 or more',
    'VRD0003 shop/typo: undefined | a whole number, 0 or more',
    'VRD0002 shop/typo: adress | address, size',
  ]);
});
