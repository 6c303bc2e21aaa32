/** The library in a few files, as a bundled definition loads it: one by one its modules and zod's take most of a run. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { keyOfParts, toolDigest } from '../project/index.js';
import { Cache, packageRoot, runsFromSource } from '../toolchain/index.js';

/** Modules that a definition may load, by the names of their bundles; relative to the package, without extension. */
const entries = {
  index: 'index',
  terraform: 'constructs/terraform/index',
  'run-definition': 'constructs/run-definition',
} as const;

/** Other packages of which a definition must have the same copy as the library. */
const shared = ['constructs', 'cdktf'];

/** Bundles the modules below `root`, which end in `extension`, into `out`. */
export async function bundleLibrary(root: string, extension: 'ts' | 'js', out: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([name, path]) => ({ in: `${path}.${extension}`, out: name })),
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    external: shared,
    // Messages name constructs by their class.
    keepNames: true,
    logLevel: 'silent',
  });
}

/** The bundles of a checkout, made again whenever a module has changed. */
function libraryOfCheckout(): Promise<string> {
  const require = createRequire(import.meta.url);
  const versions = ['zod', 'esbuild'].map((name) => readFileSync(require.resolve(`${name}/package.json`)));
  const key = keyOfParts(toolDigest(), readFileSync(join(packageRoot, 'index.ts')), ...versions);
  const cache = new Cache(join(packageRoot, '.veridian', 'cache'));
  return cache.get('library', key, (folder) => bundleLibrary(packageRoot, 'ts', folder));
}

/** The bundled library. */
export interface Library {
  /** Absolute path of the bundle of each module, by the module's own. */
  readonly bundles: ReadonlyMap<string, string>;
  /** Absolute path of the module that runs a bundled definition. */
  readonly runner: string;
}

/** The bundled library; undefined where the package was installed without it. */
export async function findLibrary(): Promise<Library | undefined> {
  const folder = runsFromSource ? await libraryOfCheckout() : join(packageRoot, 'dist', 'library');
  const [from, extension] = runsFromSource ? [packageRoot, 'ts'] : [join(packageRoot, 'dist'), 'js'];
  const bundles = Object.entries(entries).map(
    ([name, path]) => [join(from, `${path}.${extension}`), join(folder, `${name}.mjs`)] as const,
  );
  const runner = join(folder, 'run-definition.mjs');
  return existsSync(runner) ? { bundles: new Map(bundles), runner } : undefined;
}
