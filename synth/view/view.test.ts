import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { node, sample } from '../check/fixture.js';
import { overlay } from './compare.js';
import { changedSample } from './fixture.js';
import { viewGraph, viewPage } from './index.js';

test('the page is the same for the same graphs, whatever their order', () => {
  const { graph } = sample();
  const turned = { ...graph, nodes: graph.nodes.toReversed(), edges: graph.edges.toReversed() };
  expect(viewPage({ head: turned, base: changedSample() })).toBe(viewPage({ head: graph, base: changedSample() }));
});

test('it loads nothing', () => {
  const page = viewPage({ head: sample().graph });
  const markup = page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '');
  expect(markup).not.toMatch(/\b(src|href)=/);
  expect(markup).not.toMatch(/url\(|@import/);
});

test('names cannot end the script that they are in', () => {
  const { graph } = sample();
  const page = viewPage({ head: { ...graph, system: '</script><script>alert(1)</script>' } });
  expect(page).not.toContain('<script>alert');
});

test('it knows every grant, and what is tied without one', () => {
  const { graph } = sample();
  const { nodes, edges } = viewGraph(graph);
  expect(nodes.map(({ path }) => path)).not.toContain('shop/normal');
  expect(edges.filter(({ need }) => need !== '')).toHaveLength(graph.edges.length);
  const ties = edges.filter(({ need }) => need === '');
  expect(ties.map(({ subject, kind, object }) => `${subject} ${kind} ${object}`)).toEqual([
    'shop/early-irq signals shop/fired',
    'shop/fired delivered shop/files',
    'shop/irq signals shop/fired',
    'shop/timeout signals shop/fired',
    'shop/web faults shop/files',
  ]);
});

test('it says on which core a component runs, and what a pool makes', () => {
  const system = sample();
  const { graph } = system;
  const web = node(system, 'shop/web', 'Component');
  web.core = 1;
  const makes = { endpoints: 0, notifications: 2, spaces: 1, threads: 3 };
  const pool = { type: 'MemoryPool' as const, path: 'shop/pool', source: web.source, size: 8192, regions: 4 };
  graph.nodes.push({ ...pool, zone: web.zone, makes, cores: [0, 2] });
  const facts = (path: string) => viewGraph(graph).nodes.find((one) => one.path === path)?.facts;
  expect(facts('shop/web')).toContainEqual(['runs', `${web.class} ${web.priority} on core 1`]);
  expect(facts('shop/reader')).toContainEqual(['runs', expect.not.stringContaining('core')]);
  const made = '4 regions, 2 notifications, 1 address spaces, 3 threads, threads on core 0 or 2';
  expect(facts('shop/pool')).toContainEqual(['makes', made]);
});

test('what moved or was renamed is the same in the difference', () => {
  const { graph: head } = sample();
  const rename = (path: string): string =>
    path === 'shop/web' ? 'shop/front/site' : path === 'shop/area' ? 'shop/space' : path;
  const base = structuredClone(head);
  for (const node of base.nodes) node.path = rename(node.path);
  for (const edge of base.edges) {
    edge.subject = rename(edge.subject);
    edge.object = rename(edge.object);
    if (edge.need === 'wake') edge.need = 'ring';
  }
  const { graph, was } = overlay(base, head);
  expect(viewGraph(graph)).toEqual({ ...viewGraph(head), digest: viewGraph(graph).digest });
  expect([...was].sort()).toEqual([
    ['shop/area', 'shop/space'],
    ['shop/web', 'shop/front/site'],
  ]);
});

test('what is another thing is not the same', () => {
  const { graph: head } = sample();
  const base = structuredClone(head);
  base.edges = base.edges.filter(({ need }) => need !== 'power');
  const { graph, was } = overlay(base, head);
  expect(was.size).toBe(0);
  expect(graph.edges).toHaveLength(head.edges.length - 1);
});

test('the scripts of the page are typed', () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const project = join(import.meta.dirname, 'page');
  expect(spawnSync(process.execPath, [tsc, '-p', project, '--pretty', 'false'], { encoding: 'utf8' }).stdout).toBe('');
});
