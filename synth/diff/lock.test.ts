import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition, makeProject } from '../pipeline/fixture.js';
import { component, grant, system } from './fixture.js';
import { veridian } from './git-fixture.js';
import { lockedFindings, lockText, readLockText } from './index.js';

let project: string;
beforeAll(() => {
  project = makeProject();
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('a system is held to what was reviewed', async () => {
  const missing = await veridian(project, 'check', '--locked');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('VRD0423')]);
  const first = await veridian(project, 'lock');
  expect([first.code, first.stdout]).toEqual([0, 'veridian.lock.json written\n']);
  expect((await veridian(project, 'check', '--locked')).code).toBe(0);
  const main = join(project, 'main.ts');
  const more =
    "new Component(shop, 'spare', { program: web, grants: { area: area.grant('read', 'write'), power: shop.power.grant('off') } });\napp.synth();";
  writeFileSync(main, definition.replace('app.synth();', more));
  const broader = await veridian(project, 'check', '--locked');
  expect(broader.stderr).toContain('error VRD0421  shop/spare is new since veridian.lock.json');
  expect(broader.code).toBe(2);
  const second = await veridian(project, 'lock');
  expect(second.stdout).toBe('veridian.lock.json written\n');
  expect(second.stderr).toContain('shop/spare  ADDED');
  expect((await veridian(project, 'check', '--locked')).code).toBe(0);
  writeFileSync(join(project, 'veridian.lock.json'), 'damaged');
  expect((await veridian(project, 'check', '--locked')).stderr).toContain('VRD0424');
  expect((await veridian(project, 'lock')).stderr).toContain('it is written anew');
  expect(readFileSync(join(project, 'veridian.lock.json'), 'utf8')).toContain('shop/spare');
}, 180_000);

test('findings say what is more than reviewed, where, and on which object', () => {
  const nodes = [
    component('shop/web', 'web', 40),
    { type: 'Notification' as const, path: 'shop/bell', source: { file: 'main.ts', line: 2 } },
  ];
  const before = system('shop', nodes, [grant('shop/web', 'bell', 'shop/bell', 'Notification', ['wait'])]);
  const after = system('shop', nodes, [grant('shop/web', 'bell', 'shop/bell', 'Notification', ['signal', 'wait'], 44)]);
  const locked = readLockText(lockText([before]));
  expect(lockedFindings(locked, [before])).toEqual([]);
  expect(lockedFindings(readLockText(lockText([after])), [before])).toEqual([]);
  expect(lockedFindings(locked, [after])).toEqual([
    {
      code: 'VRD0421',
      severity: 'error',
      message: 'shop/web can do more than veridian.lock.json says',
      path: 'shop/web',
      source: { file: 'main.ts', line: 44 },
      related: [
        {
          label: 'change',
          text: '+ bell: Notification { signal }   was { wait }',
          on: 'shop/bell',
          source: { file: 'main.ts', line: 44 },
        },
      ],
      help: 'take the grant back, or review it with `veridian diff veridian.lock.json` and run `veridian lock`',
    },
  ]);
});
