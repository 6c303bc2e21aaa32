import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { definitionRules } from './rules.js';

test.each(Object.entries(definitionRules))('%s has a page of its title', (code, title) => {
  const page = readFileSync(new URL(`../docs/rules/${code}.md`, import.meta.url), 'utf8');
  expect(page.split('\n')[0]).toBe(`# ${code}: ${title}`);
});
