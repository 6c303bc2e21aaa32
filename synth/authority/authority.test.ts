import { expect, test } from 'vitest';
import { generatedGraph } from '../bench/generated-graph.js';
import { edge, sample } from '../check/fixture.js';
import { Authority, stepText } from './index.js';

test('what is granted, what is reached, and through whom', () => {
  const authority = Authority.of(sample().graph);
  expect(authority.direct('shop/web').get('shop/files')).toEqual(new Set(['open', 'read']));
  expect(authority.direct('shop/driver').get('shop/files')).toEqual(new Set(['receive']));
  expect(authority.reachable('shop/web').get('shop/registers')).toEqual(new Set(['read', 'write']));
  expect(authority.holders('shop/registers', 'write')).toEqual([
    { subject: 'shop/driver', direct: true },
    { subject: 'shop/reader', direct: false, through: 'shop/driver' },
    { subject: 'shop/web', direct: false, through: 'shop/driver' },
  ]);
  expect(authority.holders('shop/files', 'receive')).toEqual([{ subject: 'shop/driver', direct: true }]);
});

test('who arms a timer signals its notification', () => {
  const authority = Authority.of(sample().graph);
  expect(authority.holders('shop/fired', 'signal').map(({ subject }) => subject)).toEqual([
    'shop/driver',
    'shop/reader',
    'shop/web',
  ]);
  expect(authority.witness('shop/driver', 'shop/fired', 'signal')?.map(stepText)).toEqual([
    'driver ─signal→ fired  by the timer timeout',
  ]);
  const system = sample();
  system.graph.edges = system.graph.edges.filter(({ kind }) => kind !== 'Timer');
  expect(Authority.of(system.graph).holders('shop/fired', 'signal')).toEqual([]);
});

test('DMA reaches every component, and all memory', () => {
  const authority = Authority.of(sample().graph);
  expect(authority.influenced('shop/driver')).toEqual(['shop/reader', 'shop/web']);
  expect(authority.witness('shop/driver', 'shop/area', 'write')?.map(stepText)).toEqual([
    'driver ─DMA→ area  with buffer: no IOMMU keeps its device from any memory',
  ]);
  const system = sample();
  system.graph.edges = system.graph.edges.filter(({ kind }) => kind !== 'Dma');
  expect(Authority.of(system.graph).influenced('shop/driver')).toEqual([]);
});

test('`delegate` lets a sender pass what it holds, and the steps say so', () => {
  const { graph } = sample();
  const authority = Authority.of(graph);
  const passed = authority.holdings('shop/driver').filter(({ direct }) => !direct);
  expect(passed.map((holding) => `${holding.edge.subject} ${holding.edge.object}`)).toEqual([
    'shop/reader shop/area',
    'shop/reader shop/files',
  ]);
  const steps = authority.search({ from: ['shop/driver'], to: ['shop/area'], holding: true });
  expect(steps?.map(stepText)).toEqual([
    'driver ←delegate─ reader  passes capabilities over files',
    'reader ─read→ area',
  ]);
});

test('without it nothing moves', () => {
  const system = sample();
  edge(system, 'shop/reader', 'files').rights.splice(1);
  const authority = Authority.of(system.graph);
  expect(authority.holdings('shop/driver').every(({ direct }) => direct)).toBe(true);
});

test('a graph of ten thousand components, whatever its order, in sets of bits as by searching', () => {
  const graph = generatedGraph(10_000);
  expect(graph.edges).toHaveLength(100_000);
  const shuffled = { ...graph, edges: [...graph.edges].reverse(), nodes: [...graph.nodes].reverse() };
  const [authority, other] = [Authority.of(graph), Authority.of(shuffled)];
  const [closure, reversed] = [authority.closure(), other.closure()];
  const subjects = [0, 17, 4999, 9998, 9999].map((index) => `generated/c${index}`);
  for (const subject of subjects) {
    const reachable = authority.reachable(subject);
    const count = [...reachable.values()].reduce((sum, rights) => sum + rights.size, 0);
    expect(closure.count(subject)).toBe(count);
    expect(reversed.count(subject)).toBe(count);
    const [far] = [...reachable].at(-1) ?? [''];
    expect(authority.witness(subject, far)?.length).toBe(other.witness(subject, far)?.length);
  }
});
