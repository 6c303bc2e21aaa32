import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';
import { ruleTitles } from './index.js';

const pages = join(packageRoot, 'docs', 'rules');

function* sources(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['node_modules', 'target', '.veridian', 'veridian.out'].includes(entry.name))
      yield* sources(path);
    else if (/(?<!\.test|\.test-d)\.ts$/.test(entry.name)) yield path;
  }
}

const used = new Set(
  ['constructs', 'services', 'synth'].flatMap((folder) =>
    [...sources(join(packageRoot, folder))].flatMap((path) => readFileSync(path, 'utf8').match(/VRD\d{4}/g) ?? []),
  ),
);
const written = readdirSync(pages)
  .map((name) => name.replace(/\.md$/, ''))
  .sort();

test('every code that is used has a page, and every page a code', () => {
  expect(written).toEqual([...used].sort());
});

test('a page has the title of its rule', () => {
  for (const [code, title] of Object.entries(ruleTitles)) {
    expect(readFileSync(join(pages, `${code}.md`), 'utf8').split('\n')[0]).toBe(`# ${code}: ${title}`);
  }
});
