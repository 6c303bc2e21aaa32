import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';

test('the system that the README shows is the example, to the letter', () => {
  const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
  expect(read('README.md')).toContain(`\`\`\`ts\n${read('examples/hello/main.ts')}\`\`\``);
});
