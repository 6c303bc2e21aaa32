import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { Interrupt } from './interrupt.js';
import { Notification } from './notification.js';

test('an interrupt signals bit 0 of its notification on an edge, unless it says otherwise', () => {
  const { app, system } = shop();
  const notification = new Notification(system, 'received');
  const plain = new Interrupt(system, 'plain', { line: 4, notification });
  new Interrupt(system, 'other', { line: 11, notification, bit: 63, trigger: 'level' });
  expect(plain.grant('acknowledge')).toMatchObject({ kind: 'Interrupt', rights: ['acknowledge'] });
  expect(nodeOf(app, 'Interrupt', 'shop/plain')).toMatchObject({
    line: 4,
    notification: 'shop/received',
    bit: 0,
    trigger: 'edge',
  });
  expect(nodeOf(app, 'Interrupt', 'shop/other')).toMatchObject({ bit: 63, trigger: 'level' });
});

test('an interrupt needs a notification that has the bit', () => {
  const { app, system } = shop();
  const notification = new Notification(system, 'received');
  new Interrupt(system, 'a', untyped({ line: 4 }));
  new Interrupt(system, 'b', { line: 4, notification, bit: 64, trigger: untyped('both') });
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/a: undefined | a Notification',
    'VRD0003 shop/b: 64 | a whole number from 0 to 63',
    "VRD0003 shop/b: 'both' | edge, level",
  ]);
});
