/** Real git repositories for tests, made of the history of `examples/review`. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, run } from '../toolchain/index.js';

const example = join(packageRoot, 'examples', 'review');
const date = '2026-01-05T09:00:00Z';

/** Runs git in a folder, as somebody whose configuration is of no account. */
export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Shop',
    GIT_AUTHOR_EMAIL: 'shop@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Shop',
    GIT_COMMITTER_EMAIL: 'shop@example.com',
    GIT_COMMITTER_DATE: date,
  };
  return execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A repository. */
export interface Repository {
  /** Its root. */
  readonly root: string;
  /** The project in it. */
  readonly project: string;
  remove(): void;
}

/**
 * Makes a repository with the commits of `examples/review`: the shop, a rename, and the change that looks innocent,
 * tagged `reviewed`, `renamed` and `innocent`. The project is its root, or a folder of it.
 */
export function makeRepository(prefix = ''): Repository {
  // Below the package, so that definitions find it as an installed one.
  const parent = join(packageRoot, '.veridian', 'tests');
  mkdirSync(parent, { recursive: true });
  const root = mkdtempSync(join(parent, 'review-'));
  const project = join(root, prefix);
  mkdirSync(project, { recursive: true });
  for (const file of ['cdktf.json', 'main.ts', 'interfaces.ts', 'programs.ts']) {
    cpSync(join(example, file), join(project, file));
  }
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message=The shop');
  git(root, 'tag', 'reviewed');
  const patches = readdirSync(join(example, 'history')).sort();
  for (const [index, patch] of patches.entries()) {
    const folder = prefix === '' ? [] : [`--directory=${prefix}`];
    git(root, 'am', '--quiet', ...folder, join(example, 'history', patch));
    git(root, 'tag', ['renamed', 'innocent'][index] ?? `patch-${index}`);
  }
  return { root, project, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** The command line of this checkout, as words. */
export const tool: readonly [string, ...string[]] = [
  process.execPath,
  '--conditions=veridian-source',
  '--import',
  import.meta.resolve('tsx'),
  join(packageRoot, 'synth', 'cli', 'main.ts'),
];

/** Runs the real command line in a project. */
export function veridian(project: string, ...args: readonly string[]) {
  const [node, ...words] = tool;
  return run(node, [...words, ...args], { cwd: project });
}
