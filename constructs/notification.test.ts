import { expect, test } from 'vitest';
import { mistakes, nodeOf, shop, untyped } from './fixture.js';
import { Notification } from './notification.js';

test('a notification is a node, and is granted to signal and to wait', () => {
  const { app, system } = shop();
  const tick = new Notification(system, 'tick');
  expect(tick.grant('signal', 'wait')).toMatchObject({
    kind: 'Notification',
    rights: ['signal', 'wait'],
    object: tick,
  });
  expect(nodeOf(app, 'Notification', 'shop/tick')).toEqual({
    type: 'Notification',
    path: 'shop/tick',
    source: tick.source,
  });
});

test('a notification takes no arguments', () => {
  const { app, system } = shop();
  new Notification(system, 'tick', untyped({ bits: 8 }));
  expect(mistakes(app)).toEqual(['VRD0002 shop/tick: bits | no arguments']);
});
