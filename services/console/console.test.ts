import { expect, test } from 'vitest';
import { type Machine, machines } from '../../arch/index.js';
import { App, DefinitionErrors, interactive, MiB, System, us } from '../../constructs/index.js';
import { Console, type ConsoleProps } from './console.js';

const machine = { name: 'q35', arch: 'x86_64', memory: MiB(64), cores: 1 } as const;

function graphOf(props?: ConsoleProps, on: Machine = machine) {
  const app = new App();
  const system = new System(app, 'shop', { machine: on });
  new Console(system, 'terminal', props);
  const [graph] = app.synth();
  if (graph === undefined) throw new Error('the app has a system');
  return graph;
}

test('its driver alone holds the device, and all of it', () => {
  const graph = graphOf();
  const held = graph.edges.map(
    ({ subject, need, object, rights }) => `${subject} ${need} ${object} ${rights.join(',')}`,
  );
  expect(held.sort()).toEqual([
    'shop/terminal/driver interrupt shop/terminal/interrupt acknowledge',
    'shop/terminal/driver ports shop/terminal/ports read,write',
    'shop/terminal/driver requests shop/terminal/requests read,write',
  ]);
  const find = (type: string) => graph.nodes.find((node) => node.type === type);
  expect(find('IoPorts')).toMatchObject({ first: 0x3f8, count: 8 });
  expect(find('Interrupt')).toMatchObject({ line: 4, notification: 'shop/terminal/received' });
  expect(find('Endpoint')).toMatchObject({ interface: 'Console', notification: 'shop/terminal/received' });
  expect(find('Component')).toMatchObject({
    role: 'driver',
    program: 'uart16550',
    class: 'interactive',
    priority: 100,
  });
});

test('another serial port and another priority', () => {
  const { nodes } = graphOf({ firstPort: 0x2f8, line: 3, scheduling: interactive(105) });
  expect(nodes.find((node) => node.type === 'IoPorts')).toMatchObject({ first: 0x2f8 });
  expect(nodes.find((node) => node.type === 'Interrupt')).toMatchObject({ line: 3 });
  expect(nodes.find((node) => node.type === 'Component')).toMatchObject({ priority: 105 });
});

test.each([
  [machines.q35(), 'uart16550', { type: 'IoPorts', first: 0x3f8 }, { line: 4, trigger: 'edge' }],
  [machines.virt(), 'pl011', { type: 'Mmio', address: 0x0900_0000 }, { line: 33, trigger: 'level' }],
  [machines.riscvVirt(), 'uart16550-mmio', { type: 'Mmio', address: 0x1000_0000 }, { line: 10, trigger: 'level' }],
] as const)('the driver is that of the machine’s own serial port: $0.name', (on, program, device, interrupt) => {
  const { nodes } = graphOf({}, on);
  const devices = nodes.filter(({ type }) => type === 'IoPorts' || type === 'Mmio');
  expect(devices).toMatchObject([device]);
  expect(nodes.find((node) => node.type === 'Interrupt')).toMatchObject(interrupt);
  expect(nodes.find((node) => node.type === 'Component')).toMatchObject({ program });
});

test('an argument that it does not know is refused', () => {
  expect(() => graphOf({ port: 0x2f8 } as ConsoleProps)).toThrow(DefinitionErrors);
});

test('the time of its calls may be declared', () => {
  const { timings } = graphOf({ serves: { write: us(40) } });
  expect(timings).toMatchObject([
    { component: 'shop/terminal/driver', serves: [{ need: 'requests', right: 'write', worstCase: 40_000 }] },
  ]);
});
