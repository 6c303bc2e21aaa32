import { expect, test } from 'vitest';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { node, sample } from '../check/fixture.js';
import { exportCapdl } from './export.js';
import { parseCapdl } from './grammar.fixture.js';

test('the text of a system with everything in it', async () => {
  await expect(exportCapdl(sample().graph)).toMatchFileSnapshot('golden/shop.cdl');
});

test('the order of the graph makes no difference', () => {
  const { graph } = sample();
  const turned: SystemGraph = { ...graph, nodes: graph.nodes.toReversed(), edges: graph.edges.toReversed() };
  expect(exportCapdl(turned)).toBe(exportCapdl(graph));
});

test('it keeps the grammar, and names only what it declares', () => {
  const { objects, caps } = parseCapdl(exportCapdl(sample().graph));
  for (const [owner, held] of caps) {
    expect(objects.has(owner), owner).toBe(true);
    for (const { object, range } of held.values()) {
      expect(objects.has(object), object).toBe(true);
      const count = objects.get(object)?.count;
      expect(range === undefined, object).toBe(count === undefined);
      if (range) expect(range[0] >= 0 && range[0] <= range[1] && range[1] < (count ?? 0)).toBe(true);
    }
  }
  // A table has a slot for everything that is in it.
  for (const [name, { type, params }] of objects) {
    const bits = type === 'cnode' ? Number(/^(\d+)bits$/.exec(params[0] ?? '')?.[1]) : 9;
    if (!['cnode', 'pml4', 'pdpt', 'pd', 'pt'].includes(type)) continue;
    for (const slot of caps.get(name)?.keys() ?? []) expect(Number(slot)).toBeLessThan(2 ** bits);
  }
});

test('every grant is in it with its rights, and nothing else', () => {
  const { graph } = sample();
  const { caps } = parseCapdl(exportCapdl(graph));
  const held = (owner: string): string[] =>
    [...(caps.get(owner) ?? [])].map(([slot, { object, rights, badge }]) =>
      `${slot} ${object} ${rights} ${badge ?? ''}`.trim(),
    );
  expect(held('cnode_web')).toEqual(['0 ep_files WP 2', '3 notification_wake W']);
  expect(held('cnode_reader')).toEqual(['0 ep_files WG 1']);
  expect(held('cnode_driver')).toEqual(['0 ep_files R', '2 ports_ports', '3 irq_irq', '5 notification_fired R']);
  expect(held('tcb_web')).toContain('fault_ep_slot ep_files WP 0x80000002');
  expect(held('tcb_driver')).toContain('bound_notification notification_fired R');
});

test('a component on another core has an affinity', () => {
  const system = sample();
  const { graph } = system;
  graph.nodes.push({ ...node(system, 'shop/web', 'Component'), path: 'shop/aside', core: 2 });
  const { objects } = parseCapdl(exportCapdl(graph));
  expect(objects.get('tcb_aside')?.params).toContain('affinity:2');
  expect(objects.get('tcb_web')?.params.join()).not.toContain('affinity');
});

test('mappings go over the ends of page tables', () => {
  const { graph } = sample();
  const large = 3 * 1024 * 1024;
  const nodes = graph.nodes.map((node) => (node.type === 'SharedRegion' ? { ...node, size: large } : node));
  const { objects, caps } = parseCapdl(exportCapdl({ ...graph, nodes }));
  expect(objects.get('frame_area')?.count).toBe(768);
  const mapped = [...caps].flatMap(([owner, held]) =>
    /^pt_space_web@/.test(owner) ? [...held].map(([slot, { range }]) => [slot, range]) : [],
  );
  expect(mapped).toEqual([
    ['0', [0, 511]],
    ['0', [512, 767]],
  ]);
});

test('names that the language does not take stay apart', () => {
  const { graph } = sample();
  const node = (path: string): SystemGraph['nodes'][number] => ({ type: 'Notification', path, source: graph.source });
  const nodes = [...graph.nodes, ...['shop/a-b', 'shop/a.b', 'shop/a_b', 'shop/a/b'].map(node)];
  const { objects } = parseCapdl(exportCapdl({ ...graph, nodes }));
  expect([...objects.keys()].filter((name) => name.startsWith('notification_a'))).toEqual([
    'notification_a_b',
    'notification_a_b@2',
    'notification_a@b',
    'notification_a_b@3',
  ]);
});

test('a system for another architecture is refused', () => {
  const { graph } = sample();
  const other = { ...graph, machine: { ...graph.machine, arch: 'riscv64' as const } };
  expect(() => exportCapdl(other)).toThrow('shop is for riscv64');
});
