import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { App } from './app.js';
import type { Capability } from './capability.js';
import { Component } from './component.js';
import { Dma } from './dma.js';
import { Endpoint } from './endpoint.js';
import { Files, graphOf, idle, machine, reader, shop } from './fixture.js';
import { graphDigest, graphText, SystemGraph } from './graph/index.js';
import { Notification } from './notification.js';
import { Program } from './program.js';
import { SharedRegion } from './shared-region.js';
import { GiB, KiB } from './sizes.js';
import { System } from './system.js';

/** Shuffles the declarations of a system in which nothing depends on another declaration's object. */
function declareInOrder(order: readonly number[]): SystemGraph {
  const app = new App();
  const system = new System(app, 'shop', { machine });
  const files = new Endpoint(system, 'files', { interface: Files });
  const part = new Construct(system, 'part');
  const steps = [
    () => new Component(system, 'a', { program: reader, grants: { files: files.grant('open', 'read') } }),
    () => new Component(part, 'b', { program: reader, grants: { files: files.grant('read', 'open') } }),
    () => new Component(system, 'c', { program: idle, grants: {} }),
    () => new Notification(part, 'tick'),
    () => new SharedRegion(system, 'area', { size: KiB(4) }),
    () => new Dma(system, 'ring', { size: KiB(4) }),
    () => new Endpoint(part, 'log', { interface: Files }),
  ];
  for (const index of order) steps[index]?.();
  return graphOf(app);
}

const count = 7;
const inOrder = Array.from({ length: count }, (_, index) => index);

describe('lowering', () => {
  test('does not depend on the order of declarations', () => {
    const first = declareInOrder(inOrder);
    const withoutSources = (graph: SystemGraph) => graphText(graph).replaceAll(/"(column|line)": \d+/g, '');
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: count }), (order) => {
        const graph = declareInOrder(order);
        expect(graphDigest(graph)).toBe(graphDigest(first));
        expect(withoutSources(graph)).toBe(withoutSources(first));
      }),
      { numRuns: 50 },
    );
  });

  test('gives a valid graph that holds only text and numbers', () => {
    const graph = declareInOrder(inOrder);
    expect(SystemGraph.parse(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
    expect(graph.nodes.map(({ path }) => path)).toEqual([
      'shop/a',
      'shop/area',
      'shop/c',
      'shop/dma',
      'shop/files',
      'shop/normal',
      'shop/part/b',
      'shop/part/log',
      'shop/part/tick',
      'shop/ring',
    ]);
  });

  test('keeps both of two programs of one name, for the checks to tell, in an order of their own', () => {
    const programs = (['cargo:b', 'cargo:a'] as const).map((file) =>
      Program.of<Record<never, never>>({ name: 'same', file, needs: [] }),
    );
    const digests = [programs, [...programs].reverse()].map(([first, second]) => {
      const { app, system } = shop();
      if (first) new Component(system, 'first', { program: first, grants: {} });
      if (second) new Component(system, 'second', { program: second, grants: {} });
      const graph = graphOf(app);
      expect(graph.programs.map(({ file }) => file)).toEqual(['cargo:a', 'cargo:b']);
      return graphDigest(graph);
    });
    expect(digests[0]).toBe(digests[1]);
  });

  test('leaves a capability to another system to the checks', () => {
    const app = new App();
    const one = new System(app, 'one', { machine });
    const two = new System(app, 'two', { machine });
    const files = new Endpoint(one, 'files', { interface: Files });
    new Component(two, 'reader', { program: reader, grants: { files: files.grant('open', 'read') } });
    const [, graph] = app.synth();
    expect(graph?.edges[0]).toMatchObject({ subject: 'two/reader', object: 'one/files' });
  });

  test('takes a time that grows with the system and not faster', () => {
    const small = timeOf(1000);
    const large = timeOf(10_000);
    expect(large.lowering).toBeLessThan(5000);
    // Ten times as much; the rest is for what else the machine does.
    expect(large.total).toBeLessThan(30 * Math.max(small.total, 50));
  });
});

/** Milliseconds for components with five grants each. */
function timeOf(components: number): { readonly total: number; readonly lowering: number } {
  const program = Program.of<{
    client: Capability<'Files', 'open'>;
    server: Capability<'Server<Files>', 'open' | 'read'>;
    bell: Capability<'Notification', 'signal'>;
    wake: Capability<'Notification', 'wait'>;
    area: Capability<'SharedRegion', 'read'>;
  }>({ name: 'worker', file: 'cargo:worker', needs: [] });
  const start = performance.now();
  const app = new App();
  const system = new System(app, 'large', { machine: { ...machine, memory: GiB(4) } });
  let before = new Endpoint(system, 'first', { interface: Files });
  for (let index = 0; index < components; index += 1) {
    const files = new Endpoint(system, `files-${index}`, { interface: Files });
    const bell = new Notification(system, `bell-${index}`);
    const area = new SharedRegion(system, `area-${index}`, { size: KiB(4) });
    new Component(system, `worker-${index}`, {
      program,
      grants: {
        client: before.grant('open'),
        server: files.serve('open', 'read'),
        bell: bell.grant('signal'),
        wake: bell.grant('wait'),
        area: area.grant('read'),
      },
    });
    before = files;
  }
  const constructed = performance.now();
  const graph = graphOf(app);
  expect(graph.edges).toHaveLength(5 * components);
  const end = performance.now();
  return { total: end - start, lowering: end - constructed };
}
