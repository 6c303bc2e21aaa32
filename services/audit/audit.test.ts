import { expect, test } from 'vitest';
import { App, DefinitionErrors, interactive, MiB, System } from '../../constructs/index.js';
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

test('its service holds the census and nothing else', () => {
  const { edges } = graphOf();
  expect(edges.map(({ subject, need, object, rights }) => [subject, need, object, rights])).toEqual([
    ['shop/audit/service', 'census', 'shop/audit/census', ['read']],
  ]);
});

test('when it runs may be chosen', () => {
  const { nodes } = graphOf({ scheduling: interactive(139) });
  expect(nodes.find(({ path }) => path === 'shop/audit/service')).toMatchObject({ priority: 139 });
});

test('an argument that it does not know is refused', () => {
  expect(() => graphOf({ port: 1 } as AuditProps)).toThrow(DefinitionErrors);
});
