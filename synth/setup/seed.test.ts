import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

/** Lines of the tables of docs/seed.md: what the seed says, and what shows it. */
const rows = [...read('docs/seed.md').matchAll(/^\| (?!the seed)([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, line = '', shown = '']) => ({
    line,
    shown,
  }),
);

describe('docs/seed.md', () => {
  test('has every part of the seed that is about the kernel', () => {
    const parts = [
      'Kernel components',
      'Security model',
      'Performance characteristics',
      'Memory layout',
      'Development and debugging',
    ];
    expect([...read('docs/seed.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(parts);
    expect(rows.length).toBeGreaterThan(40);
  });

  test.each(rows)('$line: what shows it is there', ({ shown }) => {
    const named = [...shown.matchAll(/`([^`]+\.(?:rs|ts))` “([^”]+)”/g)];
    if (!shown.startsWith('Not there')) expect(named).not.toEqual([]);
    for (const [, file = '', title = ''] of named) {
      expect(existsSync(join(packageRoot, file)), file).toBe(true);
      expect(read(file)).toContain(title);
    }
  });
});
