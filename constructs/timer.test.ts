import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { Notification } from './notification.js';
import { Timer } from './timer.js';

test('a timer signals bit 0 of its notification, unless it says otherwise', () => {
  const { app, system } = shop();
  const notification = new Notification(system, 'due');
  const plain = new Timer(system, 'plain', { notification });
  new Timer(system, 'other', { notification, bit: 63 });
  expect(plain.grant('arm')).toMatchObject({ kind: 'Timer', rights: ['arm'] });
  expect(nodeOf(app, 'Timer', 'shop/plain')).toMatchObject({ notification: 'shop/due', bit: 0 });
  expect(nodeOf(app, 'Timer', 'shop/other')).toMatchObject({ bit: 63 });
});

test('a timer needs a notification that has the bit', () => {
  const { app, system } = shop();
  const notification = new Notification(system, 'due');
  new Timer(system, 'a', untyped({}));
  new Timer(system, 'b', { notification, bit: 64 });
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/a: undefined | a Notification',
    'VRD0003 shop/b: 64 | a whole number from 0 to 63',
  ]);
});
