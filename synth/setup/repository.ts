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

const testItem = /^#\[cfg\(test\)\]\n(?:#\[.*\]\n)*/gm;

/** Rust without what is compiled for tests alone: items at the outermost level, as rustfmt lays them out. */
export function withoutTests(rust: string): string {
  let rest = '';
  let from = 0;
  for (const { index, 0: mark } of rust.matchAll(testItem)) {
    const item = index + mark.length;
    const line = rust.indexOf('\n', item);
    const end = rust.slice(item, line).endsWith('{') ? rust.indexOf('\n}\n', line) + 2 : line;
    rest += rust.slice(from, index);
    from = end + 1;
  }
  return rest + rust.slice(from);
}

/** Files, or folders, of the modules that a file of Rust has for tests alone. */
export function testModules(file: string, rust: string): string[] {
  const folder = file.replace(/(?:\/(?:lib|main|mod))?\.rs$/, '');
  return [...rust.matchAll(testItem)].flatMap(({ index, 0: mark }) => {
    const [, name] = /^(?:pub(?:\(\w+\))? )?mod (\w+);/.exec(rust.slice(index + mark.length)) ?? [];
    return name === undefined ? [] : [`${folder}/${name}.rs`, `${folder}/${name}/`];
  });
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
