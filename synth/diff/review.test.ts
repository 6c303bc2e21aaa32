import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';
import { git, makeRepository, type Repository, veridian } from './git-fixture.js';

let repository: Repository;
beforeAll(() => {
  repository = makeRepository();
});
afterAll(() => repository.remove());

const diff = (...args: string[]) => veridian(repository.project, 'diff', ...args);

test('a rename and a move are no change', async () => {
  const { code, stdout, stderr } = await diff('reviewed', 'renamed');
  expect(stdout).toBe(`shop: equivalent to reviewed

  shop/cache  same authority, renamed shop/lru

1 renamed · 3 unchanged · complete
`);
  expect(code).toBe(0);
  expect(stderr).toContain('reviewed · ');
});

test('the innocent change is found, its path is shown, and the gate trips', async () => {
  const { code, stdout } = await diff('reviewed');
  const shown = `veridian diff reviewed\n${stdout.replace(/^(?=.)/gm, '    ').trimEnd()}\n`;
  for (const page of ['README.md', 'docs/review.md']) {
    expect(readFileSync(join(packageRoot, page), 'utf8'), page).toContain(shown);
  }
  expect(stdout).toContain('newly reaches   shop/registers { read, write }');
  expect(stdout).toContain('web ─get,put→ lru (main.ts:44) ─read,write→ disk (main.ts:37) ─read,write→ registers');
  expect(stdout).toContain('the network never reaches the disk');
  expect(code).toBe(2);
});

test('a base is kept by its commit, and leaves no worktree behind', async () => {
  const { code, stderr } = await diff('reviewed', 'innocent', '--fail-on', 'none');
  expect(code).toBe(0);
  expect(stderr).not.toContain('reviewed · ');
  expect(git(repository.root, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  const revisions = join(repository.project, '.veridian', 'revisions');
  expect(existsSync(revisions) ? readdirSync(revisions) : []).toEqual([]);
});

test('what is taken away passes, unless any change is to trip', async () => {
  expect((await diff('innocent', 'renamed')).code).toBe(0);
  const any = await diff('innocent', 'renamed', '--fail-on', 'any');
  expect(any.code).toBe(2);
  expect(any.stdout).toContain('shop: narrower than innocent');
  expect(any.stdout).toContain('cannot reach    shop/registers { read, write }');
});

test('a format or policy that is none is an error of usage', async () => {
  const { code, stderr } = await diff('reviewed', '--format', 'pdf');
  expect(code).toBe(1);
  expect(stderr).toContain('VRD0901');
});
