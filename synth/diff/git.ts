/** A revision of a project as git has it, checked out beside the working tree for as long as it is read. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from '../findings/index.js';
import { guarded } from '../project/index.js';
import { run } from '../toolchain/index.js';

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly error: string;
}

/** Variables that a hook sets, and that would turn every command to the hook’s own repository. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX)$/.test(name),
  );
  return { ...Object.fromEntries(inherited), GIT_TERMINAL_PROMPT: '0' };
}

async function git(folder: string, ...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await run('git', ['-C', folder, ...args], { env: environment() });
  return { code, text: stdout.trim(), error: stderr.trim() };
}

/** A commit, and where the project is in its tree. */
export interface Commit {
  readonly id: string;
  /** Folder of the project within the repository, with `/` between folders; empty for its root. */
  readonly prefix: string;
}

/** Folder of a project within its repository; empty for the root, and where there is no repository. */
export async function repositoryPrefix(project: string): Promise<string> {
  const { code, text } = await git(project, 'rev-parse', '--show-prefix');
  return code === 0 ? text.replace(/\/$/, '') : '';
}

/** Names of branches and tags, for who wrote one wrong. */
export async function refNames(project: string): Promise<string[]> {
  const { code, text } = await git(project, 'for-each-ref', '--format=%(refname:short)');
  return code === 0 && text !== '' ? text.split('\n') : [];
}

/** The commit that a name stands for; undefined when it stands for none. */
export async function findCommit(project: string, name: string): Promise<Commit | undefined> {
  if (name.startsWith('-') || name === '') return undefined;
  const { code, text } = await git(project, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  return code === 0 ? { id: text, prefix: await repositoryPrefix(project) } : undefined;
}

/**
 * Checks a commit out into a folder of the project’s own and gives the project there to `work`. The folder is gone
 * afterwards, also when a signal ends this process. It is below the project so that packages are found as usual.
 */
export async function withCommit<T>(
  project: string,
  { id, prefix }: Commit,
  work: (project: string) => Promise<T>,
): Promise<T> {
  const folder = join(project, '.veridian', 'revisions', `${id.slice(0, 12)}-${process.pid}`);
  const remove = (): void => {
    spawnSync('git', ['-C', project, 'worktree', 'remove', '--force', folder], { env: environment() });
    rmSync(folder, { recursive: true, force: true });
    spawnSync('git', ['-C', project, 'worktree', 'prune'], { env: environment() });
  };
  mkdirSync(dirname(folder), { recursive: true });
  return guarded(async () => {
    // Hooks of the repository are for whoever works in it, not for a look at an old revision.
    const added = await git(project, '-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', folder, id);
    if (added.code !== 0) {
      throw new ToolError({
        code: 'VRD0428',
        message: `${id.slice(0, 12)} cannot be checked out: ${added.error.split('\n').at(-1)}`,
        help: 'the working tree was not touched; see what `git worktree add` says',
      });
    }
    return work(join(folder, prefix));
  }, remove);
}
