import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { graphText } from '../../constructs/graph/index.js';
import { sample } from '../check/fixture.js';
import { makeProject } from '../pipeline/fixture.js';
import { packageRoot, run } from '../toolchain/index.js';

/** Runs the real command line in a process of its own. */
function veridian(...args: string[]) {
  const tool = join(packageRoot, 'synth', 'cli', 'main.ts');
  return run(process.execPath, ['--conditions=veridian-source', '--import', 'tsx', tool, ...args], {
    cwd: packageRoot,
  });
}

// Each test starts the tool several times, on a machine that other tests share.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let project: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-exchange-'));
  project = makeProject();
});
afterAll(() => {
  for (const path of [folder, project]) rmSync(path, { recursive: true, force: true });
});

test('import writes a definition, and never over a file that is there', async () => {
  const description = join(packageRoot, 'synth', 'import', 'fixtures', 'kiosk.system');
  const out = join(folder, 'main.ts');
  const first = await veridian('import', description, '--out', out);
  expect(first.code).toBe(0);
  expect(first.stderr).toContain('4 components · 10 rights to look at, marked NARROW');
  const written = readFileSync(out, 'utf8');
  expect((await veridian('import', description)).stdout).toBe(written);
  writeFileSync(out, 'mine');
  const second = await veridian('import', description, '--out', out);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('is there already');
  expect(readFileSync(out, 'utf8')).toBe('mine');
});

test('import of a description that is wrong names the line, and writes nothing', async () => {
  const bad = join(folder, 'bad.system');
  writeFileSync(bad, '<system>\n<protection_domain name="a"><map/></protection_domain>\n</system>');
  const { code, stdout, stderr } = await veridian('import', bad, '--out', join(folder, 'bad.ts'));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('bad.system:2');
  expect(stderr).toContain('<map> lacks mr');
  expect(stderr).toContain('nothing was written');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(folder, 'bad.ts'))).toBe(false);
  expect((await veridian('import', join(folder, 'none.system'))).stderr).toContain('ENOENT');
});

test('view writes a page of the project, alone or beside a base', async () => {
  const alone = await veridian('view', project);
  expect(alone.stderr).toBe('');
  expect(alone.stdout.trim()).toBe(join(project, 'veridian.out', 'shop.html'));
  const page = readFileSync(join(project, 'veridian.out', 'shop.html'), 'utf8');
  const out = join(folder, 'both.html');
  const missing = await veridian('view', project, '--base', 'no-such-thing', '--out', out);
  expect(missing.code).toBe(1);
  expect(existsSync(out)).toBe(false);
  const base = join(folder, 'base.json');
  writeFileSync(base, graphText(sample().graph));
  expect((await veridian('view', project, '--base', base, '--out', out)).code).toBe(0);
  expect(page).not.toContain('data-mode="diff"');
  expect(readFileSync(out, 'utf8')).toContain('data-mode="diff"');
});
