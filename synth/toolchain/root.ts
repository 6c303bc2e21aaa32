import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findPackageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'veridian') return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json of veridian above ${import.meta.dirname}`);
  }
}

/** Absolute path of the folder with Veridian's own package.json: a checkout, or an installed package. */
export const packageRoot: string = findPackageRoot();

/** Whether Veridian's own native sources are here to be built. An installed package carries them prebuilt instead. */
export const isCheckout: boolean = existsSync(join(packageRoot, 'kernel', 'Cargo.toml'));

/** Version of the package. */
export const version: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;

/** Whether the tool runs from its TypeScript source, so that its child processes must resolve `veridian` so too. */
export const runsFromSource: boolean = import.meta.filename.endsWith('.ts');
