import { chmodSync, existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { bundleLibrary } from '../definition/index.js';
import { ToolError } from '../findings/index.js';
import { modelFiles } from '../init/index.js';
import { arches, buildStock, kernelFile, packageRoot, type Reporter, run } from '../toolchain/index.js';

/** Crates whose sources a project's own programs are built with. */
const CRATES = ['services/runtime', 'services/program-macro', 'kernel/abi'];
/** TypeScript folders of which everything but sources is needed beside the compiled files, such as templates. */
const FOLDERS = ['constructs', 'kernel', 'arch', 'services', 'synth'];

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

async function templates(folder: string): Promise<string[]> {
  const entries = await readdir(join(packageRoot, folder), { withFileTypes: true });
  const inside = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'target')
    .map((entry) => templates(join(folder, entry.name)));
  const here = entries
    .filter((entry) => /\.(hbs|css|page\.js)$/.test(entry.name))
    .map((entry) => join(folder, entry.name));
  return [...here, ...(await Promise.all(inside)).flat()];
}

async function compileTypeScript(out: string): Promise<void> {
  const tsc = join(packageRoot, 'node_modules', '.bin', 'tsc');
  const { code, stdout, stderr } = await run(tsc, ['-p', 'tsconfig.build.json', '--outDir', out], { cwd: packageRoot });
  if (code !== 0) {
    throw new ToolError({
      code: 'VRD0952',
      message: `compiling the package failed\n\n${stdout}${stderr}`,
      help: 'npm run typecheck shows the same',
    });
  }
  for (const program of ['cli/main.js', 'deploy/vm.js']) chmodSync(join(out, 'synth', program), 0o755);
}

async function copyCrates(out: string): Promise<void> {
  for (const crate of CRATES) {
    await cp(join(packageRoot, crate), join(out, crate), {
      recursive: true,
      filter: (path) => !/\.(ts|hbs)$/.test(path) && !/\/(target|tests)$/.test(path),
    });
  }
  await writeFile(
    join(out, 'Cargo.toml'),
    [
      '[workspace]',
      'resolver = "3"',
      `members = [${CRATES.map((crate) => `"${crate}"`).join(', ')}]`,
      '',
      '[workspace.package]',
      'version = "0.1.0"',
      'edition = "2024"',
      'license = "MIT OR Apache-2.0"',
      '',
      '[workspace.lints]',
      '',
    ].join('\n'),
  );
}

/**
 * Fills `dist/`: the compiled tool, the kernels and the stock programs, the runtime's Rust sources for projects with
 * programs of their own, and what new projects begin as. The old `dist/` stays until the new one is whole.
 */
export async function pack(reporter: Reporter): Promise<void> {
  const natives = new Map<string, string>();
  for (const arch of arches) {
    for (const [name, path] of await buildStock(arch, reporter)) natives.set(join(arch, `${name}.elf`), path);
    natives.set(join(arch, 'kernel.elf'), await kernelFile(arch, reporter));
  }
  const step = reporter.begin('package');
  const dist = join(packageRoot, 'dist');
  const beside = join(packageRoot, 'dist', `.new-${process.pid}`);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  try {
    await compileTypeScript(beside);
    await bundleLibrary(beside, 'js', join(beside, 'library'));
    for (const path of (await Promise.all(FOLDERS.map(templates))).flat())
      await copy(join(packageRoot, path), join(beside, path));
    for (const [name, path] of natives) await copy(path, join(beside, 'native', name));
    await copyCrates(join(beside, 'rust'));
    for (const path of [...modelFiles.all, ...modelFiles.rust])
      await copy(join(packageRoot, 'examples', 'hello', path), join(beside, 'template', path));
    for (const entry of await readdir(dist)) {
      if (entry !== relative(dist, beside)) await rm(join(dist, entry), { recursive: true, force: true });
    }
    for (const entry of await readdir(beside)) await rename(join(beside, entry), join(dist, entry));
    step.done(existsSync(dist) ? 'dist' : '');
  } catch (error) {
    step.failed('failed');
    throw error;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
