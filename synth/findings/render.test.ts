import { afterEach, expect, test, vi } from 'vitest';
import { countFindings, type Finding, findingsJson, renderFinding, renderFindings, sortFindings } from './index.js';

const wider: Finding = {
  code: 'VRD0102',
  severity: 'error',
  message: 'shop/web is granted more than it needs',
  path: 'shop/web',
  source: { file: 'main.ts', line: 31, column: 14 },
  related: [
    { label: 'grants', text: 'FileSystem { open, read, write }', on: 'shop/files' },
    { label: 'needs', text: 'FileSystem { open, read }', source: { file: 'services/web/src/main.rs', line: 12 } },
  ],
  help: "grant files.grant('open', 'read'), or let the program ask for `write`",
};

const twoOwners: Finding = {
  code: 'VRD0203',
  severity: 'error',
  message: 'two owners of interrupt 33',
  path: 'shop/uart',
  source: { file: 'main.ts', line: 18, column: 1 },
  related: [{ label: 'also', text: 'shop/debug-uart', source: { file: 'main.ts', line: 44, column: 1 } }],
  help: 'an interrupt has one owner; give shop/debug-uart a line of its own or remove it',
};

afterEach(() => vi.unstubAllEnvs());

test('findings read as the transcripts show', () => {
  expect(renderFindings([wider, twoOwners])).toBe(`error VRD0102  shop/web is granted more than it needs
  --> main.ts:31:14
   grants  FileSystem { open, read, write }   on shop/files
   needs   FileSystem { open, read }          services/web/src/main.rs:12
   help    grant files.grant('open', 'read'), or let the program ask for \`write\`

error VRD0203  two owners of interrupt 33
  --> main.ts:18:1  shop/uart
  --> main.ts:44:1  shop/debug-uart
   help    an interrupt has one owner; give shop/debug-uart a line of its own or remove it
`);
});

test('colour only on a terminal, and not with NO_COLOR', () => {
  const terminal = { isTTY: true } as NodeJS.WriteStream;
  vi.stubEnv('NO_COLOR', '');
  expect(renderFinding(wider, { stream: terminal })).toContain('\u001b[');
  expect(renderFinding(wider, { stream: { isTTY: false } as NodeJS.WriteStream })).not.toContain('\u001b[');
  vi.stubEnv('NO_COLOR', '1');
  expect(renderFinding(wider, { stream: terminal })).not.toContain('\u001b[');
});

test('JSON holds every part', () => {
  expect(JSON.parse(findingsJson([wider]))).toEqual([wider]);
});

test('one order, whatever the order of finding, and no doubles', () => {
  expect(sortFindings([twoOwners, wider, twoOwners])).toEqual([wider, twoOwners]);
  expect(countFindings([wider, twoOwners])).toBe('2 errors');
  expect(countFindings([{ ...wider, severity: 'warning' }, twoOwners])).toBe('1 error, 1 warning');
});
