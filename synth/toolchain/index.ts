import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ToolError } from '../findings/index.js';
import { placeFile } from './cache.js';
import { buildNative, cargoWorkspace, programPackages } from './native.js';
import { type Reporter, silent } from './reporter.js';
import { isCheckout, packageRoot } from './root.js';
import { type Arch, programFlags, targets } from './targets.js';

export { Cache } from './cache.js';
export { type Finished, type RunOptions, run } from './process.js';
export { lineReporter, type Output, type Reporter, type Step, silent, takesColour } from './reporter.js';
export { isCheckout, packageRoot, runsFromSource, version } from './root.js';
export { findRust, forgetRust, OLDEST_RUST, type Rust, which } from './rust.js';
export { type Arch, arches, targets } from './targets.js';

/** Rust sources that every program depends on, relative to the package's root. */
const RUNTIME = ['services/runtime', 'services/program-macro', 'kernel/abi', 'Cargo.toml', 'Cargo.lock'];
/** Folders whose programs the package carries prebuilt: the services, and the parts of the first example. */
const STOCK = ['services', 'examples/hello/programs'];

const once = new Map<string, Promise<Map<string, string>>>();

/** One build a process, however many ask for it. A failed one may be tried again. */
function shared(name: string, make: () => Promise<Map<string, string>>): Promise<Map<string, string>> {
  const known = once.get(name);
  if (known) return known;
  const made = make();
  once.set(name, made);
  made.catch(() => once.delete(name));
  return made;
}

const prebuilt = (arch: Arch, name: string): string => join(packageRoot, 'dist', 'native', arch, `${name}.elf`);

function damaged(file: string): ToolError {
  return new ToolError({
    code: 'VRD0953',
    message: `${relative(process.cwd(), file)} is missing from the installed package`,
    help: 'install veridian again: npm ci',
  });
}

/** Absolute path of the kernel for `arch`: prebuilt in an installed package, else built once for its sources. */
export async function kernelFile(arch: Arch, reporter: Reporter = silent): Promise<string> {
  if (!isCheckout) {
    const file = prebuilt(arch, 'kernel');
    if (!existsSync(file)) throw damaged(file);
    return file;
  }
  const built = await shared(`kernel ${arch}`, () =>
    buildNative(
      {
        name: 'kernel',
        workspace: packageRoot,
        packages: ['kernel'],
        inputs: ['arch', 'Cargo.toml', 'Cargo.lock'],
        flags: [...targets[arch].flags, ...targets[arch].kernelFlags],
        optimization: targets[arch].kernelOptimization,
        arch,
        cache: join(packageRoot, '.veridian', 'cache'),
      },
      reporter,
    ),
  );
  const file = built.get('kernel');
  if (file) return file;
  throw new Error('cargo built no binary called kernel');
}

/** All stock programs of a checkout by name, built once for their sources. */
export function buildStock(arch: Arch, reporter: Reporter = silent): Promise<Map<string, string>> {
  return shared(`services ${arch}`, () =>
    buildNative(
      {
        name: 'services',
        workspace: packageRoot,
        packages: STOCK.flatMap((folder) => programPackages(packageRoot, folder)),
        inputs: [...RUNTIME, 'examples/hello/interfaces'],
        flags: [...targets[arch].flags, ...programFlags],
        arch,
        cache: join(packageRoot, '.veridian', 'cache'),
      },
      reporter,
    ),
  );
}

/** Absolute path of the stock program `name` (`veridian:NAME`) for `arch`. */
export async function stockProgram(name: string, arch: Arch, reporter: Reporter = silent): Promise<string> {
  const file = isCheckout ? (await buildStock(arch, reporter)).get(name) : prebuilt(arch, name);
  if (file && existsSync(file)) return file;
  throw new ToolError({
    code: 'VRD0953',
    message: `there is no stock program called ${name}`,
    help: 'stock programs are those that `veridian` exports; a program of your own is `cargo:NAME`',
  });
}

/**
 * Builds the programs of a project (`programs/*`) for `arch`, copies them to `.veridian/programs/<arch>/NAME.elf` and
 * returns those paths by name. A project without programs of its own needs no Rust.
 */
export async function buildPrograms(
  projectRoot: string,
  arch: Arch,
  reporter: Reporter = silent,
): Promise<Map<string, string>> {
  const workspace = cargoWorkspace(projectRoot);
  const folder = (name: string): string => join(relative(workspace ?? '', projectRoot), name);
  const packages = workspace ? programPackages(workspace, folder('programs')) : [];
  if (!workspace || packages.length === 0) return new Map();
  const inRepository = workspace === packageRoot;
  const runtime = isCheckout ? packageRoot : join(packageRoot, 'dist', 'rust');
  const built = await shared(`programs ${arch} ${projectRoot}`, () =>
    buildNative(
      {
        name: 'programs',
        workspace,
        packages,
        inputs: [
          ...RUNTIME.map((path) => relative(workspace, join(runtime, path))),
          ...(inRepository ? [] : ['Cargo.toml', 'Cargo.lock']),
          folder('interfaces'),
        ],
        flags: [...targets[arch].flags, ...programFlags],
        arch,
        cache: join(inRepository ? packageRoot : projectRoot, '.veridian', 'cache'),
      },
      reporter,
    ),
  );
  const place = join(projectRoot, '.veridian', 'programs', arch);
  await mkdir(place, { recursive: true });
  const placed = new Map<string, string>();
  for (const [name, path] of built) {
    const file = join(place, `${name}.elf`);
    await placeFile(path, file);
    placed.set(name, file);
  }
  return placed;
}
