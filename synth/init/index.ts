import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ToolError } from '../findings/index.js';
import { isCheckout, packageRoot, type Reporter, run, version } from '../toolchain/index.js';
import { projectFiles } from './template.js';

export { modelFiles } from './template.js';

const posix = (path: string): string => path.split(sep).join('/');

/** How a project in `folder` asks npm for the veridian that runs now: as this one was asked for. */
function dependency(folder: string): string {
  const fileSpec = (path: string): string => `file:${posix(relative(folder, path))}`;
  if (isCheckout) return fileSpec(packageRoot);
  const modules = dirname(packageRoot);
  const record = join(modules, '.package-lock.json');
  if (existsSync(record)) {
    const entry = JSON.parse(readFileSync(record, 'utf8')).packages?.['node_modules/veridian'];
    const resolved: unknown = entry?.resolved;
    if (typeof resolved === 'string' && resolved.startsWith('file:'))
      return fileSpec(resolve(dirname(modules), resolved.slice('file:'.length)));
  }
  return `^${version}`;
}

/** Whether an import of veridian from `folder` finds it already. */
function isFoundFrom(folder: string): boolean {
  try {
    createRequire(join(folder, 'main.ts')).resolve('veridian/package.json');
    return true;
  } catch {
    return false;
  }
}

/** A folder's name as an npm name. */
export function npmName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return name || 'system';
}

/** Makes a new project in `dir`, which is empty or not there yet; returns the paths that it wrote. */
export async function initProject(
  dir: string,
  wish: { readonly rust: boolean; readonly install: boolean },
  reporter: Reporter,
): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const folder = realpathSync(dir);
  const present = readdirSync(folder).filter((entry) => entry !== '.git');
  if (present.length > 0) {
    throw new ToolError({
      code: 'VRD0955',
      message: `${dir} is not empty: it has ${present.slice(0, 3).join(', ')}${present.length > 3 ? ', …' : ''}`,
      help: 'name a folder that is empty or not there yet',
    });
  }
  const inModules = existsSync(join(dirname(packageRoot), '.package-lock.json')) && isFoundFrom(folder);
  const home = isCheckout || inModules ? packageRoot : join(folder, 'node_modules', 'veridian');
  const rustRoot = isCheckout ? home : join(home, 'dist', 'rust');
  const files = projectFiles({
    name: npmName(folder),
    rust: wish.rust,
    dependency: dependency(folder),
    runtime: posix(relative(folder, join(rustRoot, 'services', 'runtime'))),
  });
  const step = reporter.begin('project');
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  step.done(`${files.size} files in ${dir}`);
  if (wish.install && !isFoundFrom(folder)) {
    const installing = reporter.begin('packages');
    const npm = await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      onLine: installing.update,
    });
    if (npm.code === 0) installing.done('npm install');
    else {
      installing.failed('npm install');
      reporter.warn(`npm install did not work; run it in ${dir} yourself\n${npm.stderr.trim()}`);
    }
  }
  return [...files.keys()];
}
