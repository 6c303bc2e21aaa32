import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addRun, readRecord, recordPath, writeRecord } from './index.js';

const of = { system: 'shop', machine: 'q35', digest: 'd1' };
const run = { ended: 'powered-off', code: 0, milliseconds: 1200 } as const;
const use = (rights: string[], methods: string[] = []) => ({ subject: 'shop/web', need: 'disk', rights, methods });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('runs', () => {
  test('add up', () => {
    const first = addRun(undefined, of, run, { uses: [use(['write'], ['put'])], lost: 1 });
    const both = addRun(first, of, { ended: 'timeout', milliseconds: 5 }, { uses: [use(['read'], ['get'])], lost: 2 });
    expect(both).toMatchObject({ ...of, lost: 3, uses: [use(['read', 'write'], ['get', 'put'])] });
    expect(both.runs).toEqual([run, { ended: 'timeout', milliseconds: 5 }]);
  });
  test('of another state of the system do not count', () => {
    const first = addRun(undefined, of, run, { uses: [use(['write'])], lost: 1 });
    const other = addRun(first, { ...of, digest: 'd2' }, run, { uses: [use(['read'])], lost: 0 });
    expect(other).toMatchObject({ digest: 'd2', runs: [run], lost: 0, uses: [use(['read'])] });
  });
});

describe('the file', () => {
  test('is what was written, and nothing else is left', () => {
    const path = recordPath(folder, 'shop@virt');
    const record = addRun(undefined, of, run, { uses: [use(['write'])], lost: 0 });
    expect(readRecord(path)).toBeUndefined();
    writeRecord(path, record);
    expect(readRecord(path)).toEqual(record);
    expect(readdirSync(join(folder, 'veridian.out'))).toEqual(['shop@virt.record.json']);
  });
  test.each([
    ['{', /it is not JSON/],
    [
      '{"schema":"veridian.record/9"}',
      /it is veridian\.record\/9, and this version of Veridian reads veridian\.record\/1/,
    ],
    ['{"schema":"veridian.record/1","system":"shop"}', /machine: /],
    ['[]', /it: /],
  ])('that is damaged says so: %s', (text, message) => {
    const path = join(folder, 'record.json');
    writeFileSync(path, text);
    expect(() => readRecord(path)).toThrow(message);
    expect(() => readRecord(path)).toThrow(
      expect.objectContaining({ finding: expect.objectContaining({ code: 'VRD0994' }) }),
    );
  });
  test('that cannot be written leaves nothing half-made', () => {
    writeFileSync(join(folder, 'veridian.out'), '');
    const record = addRun(undefined, of, run, { uses: [], lost: 0 });
    expect(() => writeRecord(recordPath(folder, 'shop'), record)).toThrow('a file is in the place of a folder');
  });
});
