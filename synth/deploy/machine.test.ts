import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isPortTaken } from './ports.js';
import { deviceArguments } from './supervise.js';

test('a machine has the devices that were asked for, and no others', () => {
  expect(deviceArguments({ ports: [], disks: [] })).toEqual([]);
  const ports = [
    { host: 8080, guest: 80 },
    { host: 8443, guest: 443 },
  ];
  const network = 'user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=tcp:127.0.0.1:8443-:443';
  expect(deviceArguments({ ports, disks: ['/a,b.img'] })).toEqual([
    ...['-netdev', network, '-device', 'virtio-net-pci,netdev=net0,romfile='],
    ...['-drive', 'file=/a,,b.img,if=none,id=disk0,format=raw', '-device', 'virtio-blk-pci,drive=disk0'],
  ]);
});

test('a port is taken while somebody listens on it', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await isPortTaken(port)).toBe(true);
  await new Promise((done) => server.close(done));
  expect(await isPortTaken(port)).toBe(false);
});
