import { expect, test } from 'vitest';
import { Endpoint } from './endpoint.js';
import { Files, graphOf, mistakes, nodeOf, shop, untyped } from './fixture.js';
import { Notification } from './notification.js';

test('an endpoint has a client end and a server end', () => {
  const { app, system } = shop();
  const files = new Endpoint(system, 'files', { interface: Files });
  expect(files.grant('open', 'delegate')).toMatchObject({ kind: 'Files', rights: ['open', 'delegate'], object: files });
  expect(files.serve('open')).toMatchObject({ kind: 'Server<Files>', rights: ['open'], object: files });
  expect(nodeOf(app, 'Endpoint', 'shop/files')).toEqual({
    type: 'Endpoint',
    path: 'shop/files',
    source: files.source,
    interface: 'Files',
  });
  expect(graphOf(app).interfaces).toEqual([Files.definition]);
});

test('an endpoint may deliver a notification', () => {
  const { app, system } = shop();
  const notification = new Notification(system, 'received');
  new Endpoint(system, 'files', { interface: Files, notification });
  expect(nodeOf(app, 'Endpoint', 'shop/files')?.notification).toBe('shop/received');
});

test('an endpoint without an interface is a mistake, and its grants are not another one', () => {
  const { app, system } = shop();
  const files = new Endpoint(system, 'files', untyped({ intreface: Files }));
  files.grant(untyped('open'));
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/files: undefined | an interface made by defineInterface',
    'VRD0002 shop/files: intreface | interface, notification',
  ]);
});
