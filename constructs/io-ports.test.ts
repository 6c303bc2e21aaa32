import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { IoPorts } from './io-ports.js';

test('a range of ports is a node, and is granted to read and to write', () => {
  const { app, system } = shop();
  const ports = new IoPorts(system, 'ports', { first: 0x3f8, count: 8 });
  expect(ports.grant('read', 'write')).toMatchObject({ kind: 'IoPorts', rights: ['read', 'write'] });
  expect(nodeOf(app, 'IoPorts', 'shop/ports')).toMatchObject({ first: 0x3f8, count: 8 });
});

test('a range of ports has a first one and a count', () => {
  const { app, system } = shop();
  new IoPorts(system, 'ports', untyped({ first: null, count: Number.NaN }));
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/ports: null | a whole number, 0 or more',
    'VRD0003 shop/ports: NaN | a whole number, 0 or more',
  ]);
});
