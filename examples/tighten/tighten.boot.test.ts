import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everyMachine } from 'veridian/testing';
import { beforeAll, expect, test } from 'vitest';

const tool = join(import.meta.dirname, '..', '..', 'synth', 'cli', 'main.ts');
const recordOf = (machine: string): string => join(import.meta.dirname, 'veridian.out', `wide@${machine}.record.json`);

/** What the command prints, and its exit status. */
async function veridian(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const given = ['--conditions=veridian-source', '--import', 'tsx', tool, ...args];
  return promisify(execFile)(process.execPath, given, { cwd: import.meta.dirname }).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

const temporary = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('veridian-record-'));

beforeAll(() => {
  for (const machine of everyMachine) rmSync(recordOf(machine), { force: true });
});

test.each(everyMachine)('what a run does not use is found, with the lines to change: %s', async (machine) => {
  const before = temporary();
  expect(await veridian('tighten', '--machine', machine)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`error VRD0993  there is no record of what wide@${machine} uses`),
  });
  const run = await veridian('run', '--machine', machine, '--record');
  expect(run.stdout).toContain('wide     | the store has 42, the table 41');
  expect(run.stderr).toContain(`✓ recorded in veridian.out/wide@${machine}.record.json: one run\n`);
  expect(run.code).toBe(0);
  expect(temporary()).toEqual(before);
  const { code, stdout } = await veridian('tighten', '--machine', machine, '--json');
  expect(code).toBe(2);
  const { proposals, ...rest } = JSON.parse(stdout);
  const ports = machine === 'q35' ? 'ports' : 'registers';
  expect(rest).toMatchObject({ system: 'wide', machine, grants: 14, used: 5, notJudged: 2, lost: 0 });
  expect(rest.runs).toEqual([{ ended: 'powered-off', code: 0, milliseconds: expect.any(Number) }]);
  const found = proposals.map((one: Record<string, unknown>) => [one.subject, one.need, one.used, one.grant]);
  expect(found, `the driver uses its ${ports}`).toEqual([
    ['wide/main', 'bell', ['signal'], "bell.grant('signal')"],
    ['wide/main', 'hint', [], undefined],
    ['wide/main', 'log', ['write'], "terminal.grant('write')"],
    ['wide/main', 'power', ['off'], "wide.power.grant('off')"],
    ['wide/main', 'spare', [], undefined],
    ['wide/main', 'store', ['delegate', 'get', 'watch'], "store.grant('delegate', 'get', 'watch')"],
    ['wide/main', 'table', ['read'], "table.grant('read')"],
  ]);
  const lines = readFileSync(join(import.meta.dirname, 'main.ts'), 'utf8').split('\n');
  for (const { need, source } of proposals) expect(lines[source.line - 1]).toContain(`${need}: `);
  const asked = readFileSync(join(import.meta.dirname, 'programs/wide/src/main.rs'), 'utf8').split('\n');
  for (const { need, program } of proposals) if (program) expect(asked[program.source.line - 1]).toContain(`${need}: `);
});

test('runs add up, and those of another state of the system do not count', async () => {
  const file = recordOf('q35');
  expect(existsSync(file)).toBe(true);
  const again = await veridian('run', '--machine', 'q35', '--record', '--expect', 'the store has');
  expect(again.stderr).toContain('record.json: 2 runs\n');
  const { code, stdout } = await veridian('tighten', '--machine', 'q35');
  expect(code).toBe(2);
  expect(stdout).toContain('wide on q35, from 2 recorded runs\n  powered off with code 0 after ');
  expect(stdout).toContain('  ended when its console showed what was expected after ');
  expect(stdout).toContain('Not all of them came to their end');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...record, digest: '0'.repeat(64) }));
  expect(await veridian('tighten', '--machine', 'q35')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('error VRD0994  the record of wide@q35 is of another state of the system'),
  });
  const anew = await veridian('run', '--machine', 'q35', '--record');
  expect(anew.stderr).toContain('one run, in place of those of another state of the system\n');
});
