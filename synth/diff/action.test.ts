import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot, run } from '../toolchain/index.js';
import { git, makeRepository, type Repository, tool } from './git-fixture.js';

// Each run of the script runs the tool three times.
vi.setConfig({ testTimeout: 180_000 });

let repository: Repository;
beforeAll(() => {
  repository = makeRepository('systems/shop');
});
afterAll(() => repository.remove());

/** Runs the script of the action as the action does. */
async function review(env: Readonly<Record<string, string>>, folder = repository.root) {
  const [summary, output] = ['summary.md', 'output'].map((name) => join(folder, name)) as [string, string];
  for (const file of [summary, output]) writeFileSync(file, '');
  const finished = await run('bash', [join(packageRoot, 'scripts', 'review.sh')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      VERIDIAN_COMMAND: tool.join('\n'),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      PROJECT: 'systems/shop',
      ...env,
    },
  });
  return { ...finished, summary: readFileSync(summary, 'utf8'), output: readFileSync(output, 'utf8') };
}

test('a change that broadens is summed up, written as SARIF, and trips', async () => {
  const { code, stdout, summary, output } = await review({ BASE: git(repository.root, 'rev-parse', 'renamed').trim() });
  expect(code).toBe(0);
  expect(output).toBe('status=2\nsarif=veridian.sarif\n');
  expect(stdout).toContain('shop: broader than ');
  expect(summary).toMatch(/^## `shop` is broader than [0-9a-f]{40}$/m);
  expect(summary).toContain('web ─get,put→ lru (main.ts:44)');
  const log = JSON.parse(readFileSync(join(repository.root, 'veridian.sarif'), 'utf8')) as Log;
  const places = log.runs[0]?.results?.map(({ locations }) => locations?.[0]?.physicalLocation);
  expect(places?.map((place) => place?.artifactLocation?.uri)).toContain('systems/shop/main.ts');
});

test('a change within policy passes, and policy is what the caller says', async () => {
  expect((await review({ BASE: 'renamed', FAIL_ON: 'none', SARIF: '' })).output).toBe('status=0\nsarif=\n');
});

test('a new branch has no base, and that is no failure', async () => {
  const { code, output, summary } = await review({ BASE: '0'.repeat(40) });
  expect([code, output]).toEqual([0, 'status=0\nsarif=\n']);
  expect(summary).toContain('No base');
});

test('a shallow clone fetches its base; a base that is nowhere fails the step', async () => {
  const clone = join(repository.root, '..', `${repository.root.split('/').at(-1)}-clone`);
  git(repository.root, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(repository.root, 'clone', '--quiet', '--depth=1', '--no-tags', `file://${repository.root}`, clone);
  try {
    const base = git(repository.root, 'rev-parse', 'reviewed').trim();
    const found = await review({ BASE: base, SARIF: '' }, clone);
    expect([found.code, found.output]).toEqual([0, 'status=2\nsarif=\n']);
    const lost = await review({ BASE: 'f'.repeat(40), SARIF: '' }, clone);
    expect([lost.code === 0, lost.output]).toEqual([false, '']);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});

test('the workflow of the documentation, the action and its script name the same inputs', () => {
  const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
  const names = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);
  const action = read('action.yml');
  const [, inputs = ''] = /^inputs:\n(.*?)^outputs:/ms.exec(action) ?? [];
  const declared = names(inputs, /^ {2}([\w-]+):$/gm);
  expect(declared).toEqual(['base', 'project', 'fail-on', 'sarif', 'upload']);
  expect([...new Set(names(action, /\binputs\.([\w-]+)/g))].sort()).toEqual([...declared].sort());

  const [, workflow = ''] = /```yaml\n(.*?)```/s.exec(read('docs/review.md')) ?? [];
  const [, given = ''] = /uses: veridian\/veridian@.*?\n +with:\n(.*)/s.exec(workflow) ?? [];
  const used = names(given, /^ +([\w-]+): /gm);
  expect(used).toEqual(['project', 'fail-on']);
  for (const name of used) expect(declared).toContain(name);
  // What the upload needs.
  expect(workflow).toContain('security-events: write');

  const [, env = ''] =
    /env:\n((?: +[A-Z_]+: .*\n)+) +run: bash "\$GITHUB_ACTION_PATH\/scripts\/review\.sh"/.exec(action) ?? [];
  const wanted = names(read('scripts/review.sh'), /"\$\{(\w+)[?:=]/g).filter((name) => !name.startsWith('GITHUB_'));
  expect(wanted).toEqual(expect.arrayContaining(['BASE', 'PROJECT', 'FAIL_ON', 'SARIF']));
  for (const name of names(env, /^ +([A-Z_]+): /gm)) expect(wanted).toContain(name);
  for (const name of ['BASE', 'PROJECT', 'FAIL_ON', 'SARIF']) expect(env).toContain(`${name}: \${{`);
});
