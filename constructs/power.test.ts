import { expect, test } from 'vitest';
import type { Capability } from './capability.js';
import { Component } from './component.js';
import { nodeOf, shop } from './fixture.js';
import { Program } from './program.js';

test('the power switch is in the graph once somebody may use it', () => {
  const { app, system } = shop();
  expect(nodeOf(app, 'Power', 'shop/power')).toBeUndefined();
  const off = Program.of<{ power: Capability<'Power', 'off'> }>({ name: 'off', file: 'cargo:off', needs: [] });
  new Component(system, 'off', { program: off, grants: { power: system.power.grant('off') } });
  expect(nodeOf(app, 'Power', 'shop/power')).toEqual({ type: 'Power', path: 'shop/power', source: system.source });
});
