import { expect, test } from 'vitest';
import { App, DefinitionErrors, MiB, System } from '../../constructs/index.js';
import { Audit, type AuditProps } from './audit.js';

const machine = { name: 'q35', arch: 'x86_64', memory: MiB(64), cores: 1 } as const;

function graphOf(props?: AuditProps) {
  const app = new App();
  const system = new System(app, 'shop', { machine });
  new Audit(system, 'audit', props);
  const [graph] = app.synth();
  if (graph === undefined) throw new Error('the app has a system');
  return graph;
}

test('its service alone reads the census and speaks over its line', () => {
  const graph = graphOf();
  const held = graph.edges.map(
    ({ subject, need, object, rights }) => `${subject} ${need} ${object} ${rights.join(',')}`,
  );
  expect(held.sort()).toEqual([
    'shop/audit/line/driver interrupt shop/audit/line/interrupt acknowledge',
    'shop/audit/line/driver ports shop/audit/line/ports read,write',
    'shop/audit/line/driver requests shop/audit/line/requests read,write',
    'shop/audit/service census shop/audit/census read',
    'shop/audit/service line shop/audit/line/requests read,write',
  ]);
  expect(graph.nodes.find(({ type }) => type === 'IoPorts')).toMatchObject({ first: 0x2f8, count: 8 });
  expect(graph.nodes.find(({ type }) => type === 'Interrupt')).toMatchObject({ line: 3 });
});

test('another serial port', () => {
  const { nodes } = graphOf({ firstPort: 0x3e8, line: 5 });
  expect(nodes.find(({ type }) => type === 'IoPorts')).toMatchObject({ first: 0x3e8 });
});

test('an argument that it does not know is refused', () => {
  expect(() => graphOf({ port: 1 } as AuditProps)).toThrow(DefinitionErrors);
});
