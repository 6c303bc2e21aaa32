import { describe, expect, test } from 'vitest';
import { App } from '../app.js';
import type { Capability } from '../capability.js';
import { Component } from '../component.js';
import type { DefinitionErrors } from '../definition-error.js';
import { Dma } from '../dma.js';
import { Endpoint } from '../endpoint.js';
import { Files, graphOf, idle, machine, mistakes, reader, shop, untyped } from '../fixture.js';
import { graphDigest, graphText, SystemGraph } from '../graph/index.js';
import { Program } from '../program.js';
import { SharedRegion } from '../shared-region.js';
import { KiB } from '../sizes.js';
import { System } from '../system.js';
import { acknowledge, policy } from './index.js';

const storing = Program.of<{
  requests: Capability<'Server<Files>', 'open' | 'read'>;
  disk: Capability<'SharedRegion', 'read' | 'write'>;
}>({
  name: 'store',
  file: 'cargo:store',
  needs: [
    { name: 'requests', kind: 'Server<Files>', rights: ['open', 'read'], source: { file: 'main.rs', line: 1 } },
    { name: 'disk', kind: 'SharedRegion', rights: ['read', 'write'], source: { file: 'main.rs', line: 2 } },
  ],
});

function sample() {
  const { app, system } = shop();
  const files = new Endpoint(system, 'files', { interface: Files });
  const web = new Component(system, 'web', { program: reader, grants: { files: files.grant('open', 'read') } });
  const other = new Component(system, 'other', { program: idle, grants: {} });
  const area = new SharedRegion(system, 'area', { size: KiB(4) });
  const ring = new Dma(system, 'ring', { size: KiB(4) });
  return { app, system, files, web, other, area, ring };
}

test('every rule is data of the graph, with its line, and grants nothing', () => {
  const { app, files, web, other, area } = sample();
  policy.cannotReach(web, area, { rights: ['write'], name: 'web never writes the area' });
  policy.onlyVia(web, files, area);
  policy.noSharedWriters(area);
  policy.noDma(web, other);
  policy.isolated([[web], [other]]);
  policy.maxHolders(files, 1, { rights: ['read'] });
  acknowledge(web, 'VRD0331', { reason: 'never at once', expires: '2027-03-31' });
  const graph = graphOf(app);
  const rules = graph.policies?.map(({ source: _, ...rule }) => rule).sort((a, b) => (a.rule < b.rule ? -1 : 1));
  expect(rules).toEqual([
    { rule: 'cannotReach', name: 'web never writes the area', from: 'shop/web', to: 'shop/area', rights: ['write'] },
    { rule: 'isolated', name: 'shop/web and shop/other are isolated', groups: [['shop/web'], ['shop/other']] },
    { rule: 'maxHolders', name: 'shop/files has at most 1 holders', object: 'shop/files', max: 1, rights: ['read'] },
    { rule: 'noDma', name: 'no DMA for shop/web, shop/other', paths: ['shop/web', 'shop/other'] },
    { rule: 'noSharedWriters', name: 'shop/area has one writer', region: 'shop/area' },
    {
      rule: 'onlyVia',
      name: 'shop/web reaches shop/area only via shop/files',
      from: 'shop/web',
      gateway: 'shop/files',
      to: 'shop/area',
    },
  ]);
  expect(graph.policies?.every(({ source }) => source.file.endsWith('policy.test.ts'))).toBe(true);
  expect(graph.acknowledgements).toMatchObject([{ code: 'VRD0331', path: 'shop/web', expires: '2027-03-31' }]);
  const { policies: _, acknowledgements: __, ...bare } = graph;
  expect(graphDigest(graph)).toBe(graphDigest(bare));
  expect(SystemGraph.parse(JSON.parse(graphText(graph)))).toEqual(graph);
});

test('a graph without rules is as it was', () => {
  const graph = graphOf(sample().app);
  expect('policies' in graph || 'acknowledgements' in graph).toBe(false);
});

describe('a rule of one’s own', () => {
  test('runs over the graph, and what it finds is data', () => {
    const { app, system, web } = sample();
    policy.rule(system, 'nobody reads', (view) =>
      view
        .holders('shop/files', 'read')
        .map((grant) => view.violation({ message: 'web reads', at: web, grants: [grant] })),
    );
    policy.rule(system, 'kept', () => undefined);
    expect(graphOf(app).policies).toMatchObject([
      { rule: 'own', name: 'kept', violations: [] },
      {
        rule: 'own',
        name: 'nobody reads',
        violations: [{ message: 'web reads', path: 'shop/web', steps: [{ text: 'shop/web ─open, read→ shop/files' }] }],
      },
    ]);
  });

  test('sees what components can come to do, with the way there', () => {
    const { app, system } = shop();
    const files = new Endpoint(system, 'files', { interface: Files });
    const disk = new SharedRegion(system, 'disk', { size: KiB(4) });
    const web = new Component(system, 'web', { program: reader, grants: { files: files.grant('open', 'read') } });
    const store = new Component(system, 'store', {
      program: storing,
      grants: { requests: files.serve('open', 'read'), disk: disk.grant('read', 'write') },
    });
    policy.rule(system, 'nobody but the store writes the disk', (view) =>
      view
        .whoCan('write', disk)
        .filter(({ path }) => path !== store.node.path)
        .map(({ path }) => {
          const way = view.way(path, disk, { rights: ['write'] }) ?? [];
          return view.violation({ message: `${path} writes the disk`, at: path, way });
        }),
    );
    let seen: unknown;
    policy.rule(system, 'seen', (view) => {
      seen = [
        view.canReach(web, disk),
        view.canReach(web, disk, { avoiding: [files] }),
        view.canReach(store, web),
        [...(view.reachable(web).get('shop/disk') ?? [])],
        view.holdings(web).map(({ edge, direct }) => [edge.object, direct]),
      ];
      return undefined;
    });
    expect(graphOf(app).policies?.[0]).toMatchObject({
      violations: [
        {
          path: 'shop/web',
          steps: [
            { text: 'web ─open, read→ store  over files', source: { line: expect.any(Number) } },
            { text: 'store ─write→ disk' },
          ],
        },
      ],
    });
    expect(seen).toEqual([true, false, false, ['read', 'write'], [['shop/files', true]]]);
  });

  test('that throws points at the line that threw', () => {
    const { app, system } = sample();
    policy.rule(system, 'broken', () => {
      throw new RangeError('no such thing');
    });
    try {
      app.synth();
      expect.unreachable();
    } catch (error) {
      const [mistake] = (error as DefinitionErrors).errors;
      expect(mistake?.code).toBe('VRD0015');
      expect(mistake?.summary).toBe('the rule “broken” failed: no such thing');
      expect(mistake?.source.file).toMatch(/policy\.test\.ts$/);
      expect(mistake?.stack).not.toMatch(/^\s+at /m);
    }
  });

  test('that returns something else is refused', () => {
    const { app, system } = sample();
    policy.rule(system, 'odd', () => untyped(['web reads']));
    expect(mistakes(app)).toEqual([
      'VRD0015 shop/policy-1: ZodError | a function that returns view.violation(…), several of them, or nothing',
    ]);
  });

  test('cannot change the graph', () => {
    const { app, system } = sample();
    policy.rule(system, 'greedy', (view) => {
      view.graph.edges.length = 0;
      return undefined;
    });
    expect(graphOf(app).edges).toHaveLength(1);
  });
});

test('an acknowledgement needs a reason, a day, and a finding that is a matter of judgement', () => {
  const { app, web } = sample();
  acknowledge(web, 'VRD0331', untyped({ expires: '2027-03-31' }));
  acknowledge(web, 'VRD0331', { reason: '', expires: '2027-02-30' });
  acknowledge(web, 'VRD0207', { reason: 'it is fast', expires: '2027-03-31' });
  expect(mistakes(app).map((text) => text.split(' | ')[0])).toEqual([
    'VRD0003 shop/web: nothing',
    'VRD0003 shop/web: ""',
    'VRD0003 shop/web: "2027-02-30"',
    'VRD0003 shop/web: "VRD0207"',
  ]);
});

test('a rule about two systems is refused', () => {
  const app = new App();
  const [a, b] = ['a', 'b'].map((id) => new System(app, id, { machine }));
  if (a && b) policy.cannotReach(a, b);
  expect(mistakes(app)).toEqual(['VRD0003 a: b | a construct of a']);
});
