import { expect, test } from 'vitest';
import { anchors, consoleFigures, figureTable } from './figure.js';

test('figures are read from a console with prefixes and other lines', () => {
  const console =
    'veridian 0.1.0\nmeter    | bench syscall.null 44\r\nmeter    | bench ipc.call_reply.0 190\r\nbench x\n';
  expect(consoleFigures(console)).toEqual([
    { name: 'syscall.null', value: 44 },
    { name: 'ipc.call_reply.0', value: 190 },
  ]);
});

test('every figure of the kernel has an anchor on every architecture', () => {
  for (const arch of ['x86_64', 'aarch64', 'riscv64'] as const) {
    expect(Object.keys(anchors[arch])).toEqual([
      'syscall.null',
      'ipc.call_reply.0',
      'ipc.call_reply.64',
      'notify.signal',
      'thread.yield',
      'cap.derive',
      'cap.revoke.1',
      'memory.map',
      'fault.resume',
      'boot.first_user',
      'kernel.bytes',
    ]);
  }
});

test('the table lines up', () => {
  const figures = [
    { name: 'syscall.null', arch: 'x86_64', value: 44, unit: 'instructions', anchors: { seL4: 85 } },
    { name: 'synth.10', arch: 'host', value: 12.34, unit: 'ms', anchors: {} },
  ];
  expect(figureTable(figures)).toMatchInlineSnapshot(`
    "name          arch    value  unit          others
    syscall.null  x86_64     44  instructions  seL4 85
    synth.10      host     12.3  ms"
  `);
});
