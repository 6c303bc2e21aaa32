import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What native code is made from, beside the sources named by `accepts`. */
const NATIVE = /(\.(rs|ld|s|S|hbs)|Cargo\.toml|Cargo\.lock)$/;
const SKIPPED = new Set(['target', 'node_modules', 'dist', 'veridian.out', '.veridian', '.git']);

async function collect(folder: string, files: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) await collect(path, files);
    } else if (NATIVE.test(entry.name)) files.push(path);
  }
}

/**
 * Key of what is built from all native sources in `inputs` (files or folders below `root`; missing ones count as
 * empty) with `settings`: sha256 in hex digits. It does not depend on where `root` is.
 */
export async function keyOf(root: string, inputs: readonly string[], settings: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const input of inputs) {
    const path = join(root, input);
    if (!existsSync(path)) continue;
    if ((await stat(path)).isDirectory()) await collect(path, files);
    else files.push(path);
  }
  const hash = createHash('sha256');
  for (const setting of settings) hash.update(`setting\0${setting}\0`);
  for (const file of [...new Set(files)].sort()) {
    const content = await readFile(file);
    hash.update(`file\0${relative(root, file).split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Entries of one name that stay: enough to go back and forth between a few branches. */
const KEPT = 6;
/** Milliseconds after which an unfinished entry is nobody's: no build takes a day. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** A folder of build results, each under a name and the key of everything that it was made from. */
export class Cache {
  constructor(private readonly folder: string) {}

  /**
   * The folder of `name` for `key`, made by `make` when it is not there yet. A result appears whole or not at all:
   * `make` fills a folder beside it, which is then renamed.
   */
  async get(name: string, key: string, make: (folder: string) => Promise<void>): Promise<string> {
    const entry = join(this.folder, `${name}-${key.slice(0, 32)}`);
    if (existsSync(entry)) {
      const now = new Date();
      await utimes(entry, now, now).catch(() => {});
      return entry;
    }
    await mkdir(this.folder, { recursive: true });
    await this.sweep();
    const beside = await mkdtemp(join(this.folder, '.making-'));
    try {
      await make(beside);
      await rename(beside, entry).catch((error: NodeJS.ErrnoException) => {
        // Another process made the same bytes meanwhile.
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
    await this.prune(name);
    return entry;
  }

  /** Removes what builds that were killed left behind. */
  private async sweep(): Promise<void> {
    const left = (await readdir(this.folder)).filter((entry) => entry.startsWith('.making-'));
    for (const entry of left.map((name) => join(this.folder, name))) {
      const made = await stat(entry).catch(() => undefined);
      if (made && Date.now() - made.mtimeMs > ABANDONED) await rm(entry, { recursive: true, force: true });
    }
  }

  private async prune(name: string): Promise<void> {
    const entries = (await readdir(this.folder)).filter((entry) => /^[0-9a-f]{32}$/.test(entry.slice(name.length + 1)));
    const mine = entries.filter((entry) => entry.startsWith(`${name}-`));
    const aged = await Promise.all(
      mine.map(async (entry) => ({ entry, at: (await stat(join(this.folder, entry))).mtimeMs })),
    );
    aged.sort((a, b) => b.at - a.at);
    for (const { entry } of aged.slice(KEPT)) await rm(join(this.folder, entry), { recursive: true, force: true });
  }
}

/** Copies a file so that a reader never sees half of it; leaves an equal one alone. */
export async function placeFile(from: string, to: string): Promise<void> {
  const wanted = await readFile(from);
  if (existsSync(to) && wanted.equals(await readFile(to))) return;
  const beside = `${to}.${process.pid}.new`;
  try {
    await cp(from, beside);
    await rename(beside, to);
  } finally {
    await rm(beside, { force: true });
  }
}
