import { expect, test } from 'vitest';
import type { Capability } from './capability.js';
import { Component } from './component.js';
import { ms, ns, seconds, us } from './durations.js';
import { Endpoint } from './endpoint.js';
import { Files, graphOf, mistakes, reader, shop, untyped } from './fixture.js';
import { graphDigest, graphText, SystemGraph } from './graph/index.js';
import { Program } from './program.js';
import { realtime } from './scheduling.js';

const server = Program.of<{ requests: Capability<'Server<Files>', 'open' | 'read'> }>({
  name: 'server',
  file: 'cargo:server',
  needs: [{ name: 'requests', kind: 'Server<Files>', rights: ['open', 'read'], source: { file: 'main.rs', line: 1 } }],
});

function sample() {
  const { app, system } = shop();
  const files = new Endpoint(system, 'files', { interface: Files });
  return {
    app,
    system,
    asked: { program: reader, grants: { files: files.grant('open', 'read') } },
    asks: { program: server, grants: { requests: files.serve('open', 'read') } },
  };
}

test('times are whole nanoseconds', () => {
  expect([ns(7), us(1.5), ms(0.25), seconds(2)]).toEqual([7, 1500, 250_000, 2_000_000_000]);
});

const byComponent = <T extends { readonly component: string }>(all: readonly T[] = []): T[] =>
  [...all].sort((a, b) => (a.component < b.component ? -1 : 1));

test('periods, worst-case times and numbers of calls are data beside the system', () => {
  const { app, system, asked, asks } = sample();
  const scheduling = realtime(10, { period: ms(10), worstCase: us(500) });
  new Component(system, 'web', { ...asked, scheduling, calls: { files: 3 } });
  new Component(system, 'all', { ...asks, serves: { requests: us(80) } });
  new Component(system, 'each', { ...asks, serves: { requests: { read: us(20) } } });
  const graph = graphOf(app);
  expect(byComponent(graph.timings?.map(({ source: _, ...timing }) => timing))).toEqual([
    {
      component: 'shop/all',
      serves: [
        { need: 'requests', right: 'open', worstCase: 80_000 },
        { need: 'requests', right: 'read', worstCase: 80_000 },
      ],
      calls: [],
    },
    { component: 'shop/each', serves: [{ need: 'requests', right: 'read', worstCase: 20_000 }], calls: [] },
    {
      component: 'shop/web',
      task: { period: 10_000_000, deadline: 10_000_000, worstCase: 500_000 },
      serves: [],
      calls: [{ need: 'files', count: 3 }],
    },
  ]);
  const { timings: _, ...bare } = graph;
  expect(graphDigest(graph)).toBe(graphDigest(bare));
  expect(SystemGraph.parse(JSON.parse(graphText(graph)))).toEqual(graph);
});

test('what no time can be is refused', () => {
  const { app, system, asked, asks } = sample();
  new Component(system, 'a', { ...asked, scheduling: realtime(1, { period: 0, worstCase: us(1) }) });
  new Component(system, 'b', { ...asked, scheduling: realtime(1, { period: 10, worstCase: 1, deadline: 11 }) });
  new Component(system, 'c', { ...asked, calls: untyped({ file: 1 }), serves: untyped({ files: 1 }) });
  new Component(system, 'd', {
    ...asks,
    serves: untyped({ requests: { remove: 1 } }),
    calls: untyped({ requests: 1 }),
  });
  expect(mistakes(app)).toEqual([
    'VRD0003 shop/a: 0 | a time of 1 ns or more, such as us(500) or ms(10)',
    'VRD0003 shop/b: 11 | a time up to the period',
    'VRD0003 shop/c: files | nothing: it has none',
    'VRD0003 shop/c: file | files',
    'VRD0003 shop/d: remove | open, read',
    'VRD0003 shop/d: requests | nothing: it has none',
  ]);
});

test('an enforced worst-case time is a budget of the system itself, in whole milliseconds', () => {
  const { app, system, asked } = sample();
  const scheduling = realtime(10, { period: ms(10), worstCase: ms(2), enforced: true });
  new Component(system, 'web', { ...asked, scheduling });
  const graph = graphOf(app);
  expect(graph.nodes.find(({ path }) => path === 'shop/web')).toMatchObject({
    budget: { time: ms(2), period: ms(10) },
  });
  const { budget: _, ...free } = graph.nodes.find(({ path }) => path === 'shop/web') as Record<string, unknown>;
  const without = { ...graph, nodes: graph.nodes.map((node) => (node.path === 'shop/web' ? free : node)) };
  expect(graphDigest(SystemGraph.parse(without))).not.toBe(graphDigest(graph));
  for (const [period, worstCase] of [
    [ms(10), us(1500)],
    [us(2500), ms(1)],
    [ms(10), ms(11)],
    [seconds(66), ms(1)],
  ] as const) {
    const other = sample();
    new Component(other.system, 'web', {
      ...other.asked,
      scheduling: realtime(10, { period, worstCase, enforced: true }),
    });
    expect(mistakes(other.app)).toEqual([expect.stringMatching(/^VRD0003 shop\/web: .*milliseconds/)]);
  }
});
