import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silent } from '../toolchain/index.js';
import { initProject, npmName } from './index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a project has what it takes to boot, and no Rust', async () => {
  const files = await initProject(join(folder, 'My Shop'), { rust: false, install: false }, silent);
  expect(files).toContain('main.ts');
  expect(files.some((file) => /Cargo|\.rs$/.test(file))).toBe(false);
  const read = (path: string): string => readFileSync(join(folder, 'My Shop', path), 'utf8');
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'my-shop', type: 'module' });
  expect(read('veridian.programs.ts')).toContain("file: 'veridian:greeter'");
  expect(JSON.parse(read('cdktf.json')).app).toBe('tsx main.ts');
});

test('one with Rust has programs and a workspace of its own', async () => {
  const files = await initProject(join(folder, 'shop'), { rust: true, install: false }, silent);
  expect(files).toEqual(expect.arrayContaining(['Cargo.toml', 'programs/client/src/main.rs', 'interfaces/Cargo.toml']));
  const types = readFileSync(join(folder, 'shop', 'veridian.programs.ts'), 'utf8');
  expect(types).toContain("file: 'cargo:greeter'");
  expect(types).toContain("file: 'programs/client/src/main.rs'");
});

test('a folder with something in it is left alone', async () => {
  writeFileSync(join(folder, 'thesis.txt'), '');
  const made = initProject(folder, { rust: false, install: false }, silent);
  await expect(made).rejects.toMatchObject({
    finding: { code: 'VRD0955', message: expect.stringContaining('thesis.txt') },
  });
  expect(existsSync(join(folder, 'package.json'))).toBe(false);
});

test('any folder’s name makes an npm name', () => {
  expect(['Shop', 'a b', '.hidden', '日本'].map(npmName)).toEqual(['shop', 'a-b', 'hidden', 'system']);
});
