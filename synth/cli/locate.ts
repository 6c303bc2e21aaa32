import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readProject } from '../project/index.js';
import { UsageError } from './failure.js';

/** Where a command is to work. */
export interface Located {
  /** Absolute path of the project: the folder with its cdktf.json. */
  readonly project: string;
  /** Definition to run in place of the project's own, relative to the project. */
  readonly definition?: string;
  /** Id of the one system that is meant; all of the project's without it. */
  readonly system?: string;
}

const MARK = 'cdktf.json';

/** Nearest project at or above `folder`. */
function projectAbove(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, MARK))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * The project around `folder`. One whose command runs a definition of another project below it stands for
 * that one: a repository of several systems has a default.
 */
function projectAround(folder: string): string | undefined {
  const project = projectAbove(folder);
  if (project === undefined) return undefined;
  const { main } = readProject(project);
  return main === undefined ? project : projectAbove(dirname(join(project, main)));
}

/** Finds what a user names by its folder, its definition file or its id; by nothing, the project around `cwd`. */
export function locate(name: string | undefined, cwd: string = process.cwd()): Located {
  const here = projectAround(cwd);
  if (name === undefined) {
    if (here) return { project: here };
    throw new UsageError(
      `there is no project here: neither ${cwd} nor a folder above it has a ${MARK}`,
      'name a folder, a definition file or a system, or make a project with `veridian init <dir>`',
    );
  }
  const path = resolve(cwd, name);
  if (!existsSync(path)) {
    // Not a path: an id, unless it can only have been meant as a path.
    if (here && !/[/\\]|\.ts$/.test(name)) return { project: here, system: name };
    const help = here ? 'name a folder, a definition file or a system of this project' : `no project is around ${cwd}`;
    throw new UsageError(`there is no ${name}`, help);
  }
  const isFolder = statSync(path).isDirectory();
  const project = isFolder ? (existsSync(join(path, MARK)) ? path : undefined) : projectAbove(dirname(path));
  if (project) return isFolder ? { project } : { project, definition: relative(project, path) };
  if (isFolder && here) return { project: here, system: name };
  throw new UsageError(
    `${name} belongs to no project: there is no ${MARK} ${isFolder ? 'in it' : 'beside or above it'}`,
    `a project has a ${MARK} with {"language":"typescript","app":"tsx main.ts"}; \`veridian init\` makes one`,
  );
}
