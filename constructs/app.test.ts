import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { App } from './app.js';
import { machine, mistakes, shop, untyped } from './fixture.js';
import { Notification } from './notification.js';
import { System } from './system.js';

afterEach(() => vi.unstubAllEnvs());

test('an app gives the graph of each system', () => {
  const app = new App();
  for (const id of ['b', 'a']) new Notification(new System(app, id, { machine }), 'tick');
  expect(app.synth().map(({ system, nodes }) => [system, nodes[0]?.path])).toEqual([
    ['b', 'b/tick'],
    ['a', 'a/tick'],
  ]);
});

test('an app writes the graphs where the command wants them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veridian-app-'));
  vi.stubEnv('VERIDIAN_ASSEMBLY', join(folder, 'assembly.json'));
  const graphs = shop().app.synth();
  expect(JSON.parse(readFileSync(join(folder, 'assembly.json'), 'utf8'))).toEqual({ graphs });
  rmSync(folder, { recursive: true });
});

test('an app without a system is a mistake', () => {
  expect(mistakes(new App())).toEqual(['VRD0013 :  | one System or more']);
});

test('an app is found from what is in it', () => {
  const { app, system } = shop();
  expect(App.of(system)).toBe(app);
});

test('a construct that is its own ancestor is a mistake, not an endless loop', () => {
  const { app, system } = shop();
  const outer = new Notification(system, 'outer');
  const inner = new Notification(outer, 'inner');
  (inner.node as unknown as { addChild(child: unknown, id: string): void }).addChild(untyped(outer), 'outer');
  expect(mistakes(app)).toEqual([
    'VRD0007 shop/outer: shop/outer/inner | one scope, which is not a part of the construct itself',
  ]);
});
