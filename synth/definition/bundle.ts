/** A definition in one file, which Node runs without a loader for TypeScript. */
import { writeFileSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { packageRoot, runsFromSource } from '../toolchain/index.js';
import type { Library } from './library.js';

/** What only means the same in the module that it was written in: where that is, and names made while it runs. */
const bound = /\bimport\s*\(|\bimport\.meta\b|\b__(?:dir|file)name\b|\b(?:__)?require\s*\(/;

const inPackages = `${sep}node_modules${sep}`;

/** Finds what the definition imports by a package's name: the library in its bundles, other packages where they are. */
class Packages {
  /** Whether something of Veridian is imported that is not in a bundle. */
  unbundled = false;
  private readonly resolved = new Map<string, Promise<OnResolveResult | undefined>>();

  constructor(private readonly library: Library) {}

  readonly plugin: Plugin = {
    name: 'packages',
    setup: (build) => {
      build.onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === this) return undefined;
        const key = `${kind}\0${resolveDir}\0${path}`;
        const known = this.resolved.get(key) ?? this.resolve(build, path, { resolveDir, kind });
        this.resolved.set(key, known);
        return known;
      });
    },
  };

  private async resolve(
    build: PluginBuild,
    name: string,
    from: Parameters<PluginBuild['resolve']>[1],
  ): Promise<OnResolveResult | undefined> {
    const { path, external, errors } = await build.resolve(name, { ...from, pluginData: this });
    if (errors.length > 0 || external) return undefined;
    const bundled = this.library.bundles.get(path);
    if (bundled !== undefined) return { path: pathToFileURL(bundled).href, external: true };
    if (path.includes(inPackages)) return { path: pathToFileURL(path).href, external: true };
    this.unbundled ||= path.startsWith(`${packageRoot}${sep}`);
    return { path };
  }
}

/**
 * Writes the modules that `main` (absolute) begins as one file, with its source map beside it. False, and nothing
 * is written, where the one file would not do the same as the modules, or where they cannot be read: then a loader
 * says what is wrong.
 */
export async function bundleDefinition(main: string, outfile: string, library: Library): Promise<boolean> {
  const { build } = await import('esbuild');
  const packages = new Packages(library);
  const built = await build({
    // Loaded so, each module becomes a function of its own: V8 looks for the place of a call through all of the
    // function that it is in.
    stdin: { contents: `await import(${JSON.stringify(main)});`, resolveDir: dirname(main) },
    outfile,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'external',
    sourcesContent: false,
    // Messages name constructs by their class.
    keepNames: true,
    absWorkingDir: dirname(main),
    conditions: runsFromSource ? ['veridian-source'] : [],
    plugins: [packages.plugin],
    logLevel: 'silent',
  }).catch(() => undefined);
  if (built === undefined || packages.unbundled) return false;
  const code = built.outputFiles.find(({ path }) => path === outfile);
  if (code === undefined || bound.test(code.text)) return false;
  for (const { path, contents } of built.outputFiles) writeFileSync(path, contents);
  return true;
}
