/** Digests of what a step reads, so that it is skipped when nothing of that has changed. */
import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageRoot, runsFromSource, version } from '../toolchain/index.js';

const skipped = new Set(['node_modules', 'target', 'dist', 'veridian.out', '.veridian', '.git']);

function* filesBelow(folder: string, wanted: (name: string) => boolean): Iterable<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* filesBelow(path, wanted);
    } else if (wanted(entry.name)) yield path;
  }
}

/** SHA-256 of names and content of the files below some folders whose names are wanted. */
export function filesDigest(root: string, folders: readonly string[], wanted: (name: string) => boolean): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const path of filesBelow(join(root, folder), wanted)) {
      const content = readFileSync(path);
      hash.update(`${relative(root, path).split(sep).join('/')}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

let tool: string | undefined;

/** Digest of Veridian itself: its version, and while it runs from its sources, those. */
export function toolDigest(): string {
  if (tool !== undefined) return tool;
  const folders = ['constructs', 'kernel/abi', 'arch', 'services', 'synth'];
  const source = (name: string): boolean => /(?<!\.test|\.test-d)\.ts$/.test(name) || name === 'package.json';
  tool = runsFromSource ? filesDigest(packageRoot, folders, source) : version;
  return tool;
}

/** SHA-256 of parts, each of them told apart from its neighbours. */
export function keyOfParts(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('hex');
}
