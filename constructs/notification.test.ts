import { expect, test } from 'vitest';
import { nodeOf, shop } from './fixture.js';
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
