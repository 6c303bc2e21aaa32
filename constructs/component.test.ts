import { describe, expect, test } from 'vitest';
import { Component } from './component.js';
import { Driver } from './driver.js';
import { Endpoint } from './endpoint.js';
import { Files, graphOf, idle, mistakes, nodeOf, reader, shop, untyped } from './fixture.js';
import { MemoryZone } from './memory-zone.js';
import { realtime } from './scheduling.js';
import { Service } from './service.js';
import { KiB, MiB } from './sizes.js';

describe('a component', () => {
  test('is a node with defaults, and an edge for each grant', () => {
    const { app, system } = shop();
    const files = new Endpoint(system, 'files', { interface: Files });
    const grant = files.grant('read', 'open');
    const component = new Component(system, 'reader', { program: reader, grants: { files: grant } });
    expect(nodeOf(app, 'Component', 'shop/reader')).toEqual({
      type: 'Component',
      path: 'shop/reader',
      source: component.source,
      role: 'component',
      program: 'reader',
      class: 'interactive',
      priority: 120,
      stack: KiB(32),
      zone: 'shop/normal',
    });
    expect(graphOf(app).edges).toEqual([
      {
        subject: 'shop/reader',
        need: 'files',
        object: 'shop/files',
        kind: 'Files',
        rights: ['open', 'read'],
        source: grant.source,
      },
    ]);
  });

  test('has what it is given instead', () => {
    const { app, system } = shop();
    const zone = new MemoryZone(system, 'small', { kind: 'normal', size: MiB(1) });
    const faults = new Endpoint(system, 'faults', { interface: Files });
    new Component(system, 'idle', {
      program: idle,
      grants: {},
      scheduling: realtime(3),
      stack: KiB(8),
      zone,
      supervisor: faults,
    });
    expect(nodeOf(app, 'Component', 'shop/idle')).toMatchObject({
      class: 'realtime',
      priority: 3,
      stack: KiB(8),
      zone: 'shop/small',
      supervisor: 'shop/faults',
    });
  });

  test('leaves a priority outside its class, and a grant that no need asks for, to the checks', () => {
    const { app, system } = shop();
    const files = new Endpoint(system, 'files', { interface: Files });
    const grants = untyped({ extra: files.grant('remove') });
    new Component(system, 'idle', { program: idle, grants, scheduling: realtime(150) });
    expect(graphOf(app).edges).toHaveLength(1);
    expect(nodeOf(app, 'Component', 'shop/idle')?.priority).toBe(150);
  });

  test('says all that is wrong with its arguments', () => {
    const { app, system } = shop();
    const files = new Endpoint(system, 'files', { interface: Files });
    new Component(system, 'a', untyped({ progam: idle, grants: {} }));
    new Component(system, 'b', untyped({ program: idle, grants: { files, log: null } }));
    new Component(system, 'c', untyped({ program: idle, grants: [], scheduling: { class: 'late', priority: 'x' } }));
    new Component(
      system,
      'd',
      untyped({ program: idle, grants: {}, scheduling: 120, stack: '8k', supervisor: system }),
    );
    new Component(system, 'e', untyped({ program: idle }));
    expect(mistakes(app)).toEqual([
      'VRD0003 shop/a: undefined | a Program, such as those of veridian.programs.ts',
      'VRD0002 shop/a: progam | program, grants, scheduling, serves, calls, stack, zone, core, supervisor',
      'VRD0011 shop/b: Endpoint shop/files | what grant(…) or serve(…) of a construct returns',
      'VRD0011 shop/b: null | what grant(…) or serve(…) of a construct returns',
      'VRD0003 shop/c: [] | an object',
      "VRD0003 shop/c: 'late' | realtime, interactive, batch",
      "VRD0003 shop/c: 'x' | a whole number",
      'VRD0003 shop/d: 120 | realtime(n), interactive(n) or batch(n)',
      "VRD0003 shop/d: '8k' | a whole number, 0 or more",
      'VRD0003 shop/d: System shop | an Endpoint',
      'VRD0003 shop/e: undefined | an object',
    ]);
  });
});

test('drivers and services are components of another role and urgency', () => {
  const { app, system } = shop();
  new Driver(system, 'driver', { program: idle, grants: {} });
  new Service(system, 'service', { program: idle, grants: {} });
  expect(nodeOf(app, 'Component', 'shop/driver')).toMatchObject({ role: 'driver', priority: 100 });
  expect(nodeOf(app, 'Component', 'shop/service')).toMatchObject({ role: 'service', priority: 110 });
});
