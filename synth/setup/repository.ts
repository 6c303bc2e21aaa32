import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../toolchain/index.js';

const SKIPPED = new Set(['node_modules', 'target', 'dist', 'veridian.out', '.veridian', '.git', 'generated']);

/** All files of this repository below `folder` that `accept`s takes, relative to its root, `/` between folders. */
export function repositoryFiles(folder: string, accept: (name: string) => boolean): string[] {
  const path = join(packageRoot, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => {
      const inside = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : repositoryFiles(inside, accept);
      return accept(entry.name) ? [inside] : [];
    })
    .sort();
}

/** Lines of Rust that are neither blank nor only comment. */
export function codeLines(rust: string): number {
  let depth = 0;
  let lines = 0;
  for (const line of rust.split('\n')) {
    let rest = line;
    let code = '';
    while (rest !== '') {
      if (depth > 0) {
        const [mark] = /\/\*|\*\//.exec(rest) ?? [];
        if (mark === undefined) break;
        depth += mark === '/*' ? 1 : -1;
        rest = rest.slice(rest.indexOf(mark) + 2);
      } else {
        const start = /\/\/|\/\*/.exec(rest);
        code += start ? rest.slice(0, start.index) : rest;
        if (start?.[0] !== '/*') break;
        depth = 1;
        rest = rest.slice(start.index + 2);
      }
    }
    if (code.trim() !== '') lines += 1;
  }
  return lines;
}
