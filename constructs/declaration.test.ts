import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { App } from './app.js';
import { DefinitionError } from './definition-error.js';
import { graphOf, mistakes, shop, untyped } from './fixture.js';
import { Notification } from './notification.js';
import { SharedRegion } from './shared-region.js';

describe('the place of a construct', () => {
  test('may be any construct in a system', () => {
    const { app, system } = shop();
    new Notification(new Construct(system, 'part'), 'tick');
    expect(graphOf(app).nodes.map(({ path }) => path)).toEqual(['shop/part/tick']);
  });

  test.each([undefined, null, {}, 'shop'])('is not %j', (scope) => {
    try {
      new Notification(untyped(scope), 'tick');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DefinitionError);
      expect(error).toMatchObject({
        code: 'VRD0006',
        path: 'tick',
        source: { file: 'constructs/declaration.test.ts' },
      });
    }
  });

  test('is in a system', () => {
    const { app } = shop();
    new Notification(app, 'tick');
    new SharedRegion(new Construct(app, 'part'), 'area', { size: 4096 });
    expect(mistakes(app)).toEqual([
      'VRD0006 tick: the App | a System, or a construct in one',
      'VRD0006 part/area: part | a System, or a construct in one',
    ]);
  });

  test('is in an App, or its mistakes are thrown at once', () => {
    const lonely = new Notification(untyped(new Construct(untyped(undefined), '')), 'tick');
    expect(App.of(lonely)).toBeUndefined();
    expect(() => lonely.grant(untyped('shout'))).toThrow(DefinitionError);
  });
});

describe('an id', () => {
  test.each(['', 'a/b', '-a', 'a b', '..', 'ä', 'x'.repeat(64), 7, undefined])('is not %j', (id) => {
    const { app, system } = shop();
    new Notification(system, untyped(id));
    const [mistake] = mistakes(app);
    expect(mistake).toContain('VRD0004 shop/');
  });

  test.each(['a', '0', 'uart-0', 'a.b_c', 'x'.repeat(63)])('is %j', (id) => {
    const { app, system } = shop();
    new Notification(system, id);
    expect(graphOf(app).nodes[0]?.path).toBe(`shop/${id}`);
  });

  test('is taken once; the rest of the definition is still looked at', () => {
    const { app, system } = shop();
    const first = new Notification(system, 'tick');
    new Notification(system, 'tick');
    new Notification(system, 'tick');
    new SharedRegion(system, 'area', { size: -1 });
    const line = `constructs/declaration.test.ts:${first.source.line}`;
    try {
      app.synth();
      expect.unreachable();
    } catch (error) {
      const { errors } = error as { errors: DefinitionError[] };
      expect(errors.map(({ code, path, source }) => [code, path, source.line])).toEqual([
        ['VRD0005', 'shop/tick', first.source.line + 1],
        ['VRD0005', 'shop/tick', first.source.line + 2],
        ['VRD0003', 'shop/area', first.source.line + 3],
      ]);
      expect(errors[0]?.message).toContain(`already a Notification of this id (first at ${line})`);
    }
  });
});
