import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphText } from '../../constructs/graph/index.js';
import { sample } from '../check/fixture.js';
import { packageRoot, run } from '../toolchain/index.js';
import { commands } from './commands/index.js';
import { parseDuration } from './duration.js';
import { ruleCodes } from './explain.js';
import { locate } from './locate.js';
import { nearest } from './nearest.js';

/** Runs the real command line in a process of its own, in a folder. */
function veridianIn(cwd: string, ...args: string[]) {
  const tool = join(packageRoot, 'synth', 'cli', 'main.ts');
  return run(
    process.execPath,
    ['--conditions=veridian-source', '--import', import.meta.resolve('tsx'), tool, ...args],
    {
      cwd,
    },
  );
}

const veridian = (...args: string[]) => veridianIn(packageRoot, ...args);

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'veridian-cli-')));
  mkdirSync(join(folder, 'shop', 'parts'), { recursive: true });
  writeFileSync(join(folder, 'shop', 'cdktf.json'), '{"language":"typescript","app":"tsx main.ts"}');
  writeFileSync(join(folder, 'shop', 'other.ts'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('durations', () => {
  expect(['20s', '500ms', '2m', '1.5', 'soon', '0s', '-1s'].map(parseDuration)).toEqual([
    20_000,
    500,
    120_000,
    1500,
    undefined,
    undefined,
    undefined,
  ]);
});

test('the nearest word is one that could have been meant', () => {
  expect(nearest('snyth', ['synth', 'check', 'run'])).toBe('synth');
  expect(nearest('deploy', ['synth', 'check', 'run'])).toBeUndefined();
});

describe('a system is named', () => {
  const project = (): string => join(folder, 'shop');
  test('by its folder', () => {
    expect(locate('shop', folder)).toEqual({ project: project() });
  });
  test('by nothing, from within', () => {
    expect(locate(undefined, join(project(), 'parts'))).toEqual({ project: project() });
  });
  test('by its definition file', () => {
    expect(locate('shop/other.ts', folder)).toEqual({ project: project(), definition: 'other.ts' });
  });
  test('by its id', () => {
    expect(locate('web', project())).toEqual({ project: project(), system: 'web' });
  });
  test('by nothing in a repository whose command runs a system below it', () => {
    expect(locate(undefined, packageRoot)).toEqual({ project: join(packageRoot, 'examples', 'hello') });
  });
  test('or the error says what was looked for', () => {
    expect(() => locate(undefined, parse(folder).root)).toThrow(/there is no project here/);
    expect(() => locate('shop/main.ts', folder)).toThrow(/there is no shop\/main\.ts/);
    expect(() => locate(folder, parse(folder).root)).toThrow(/belongs to no project/);
  });
});

describe('the command line', () => {
  test.each([
    [['synht'], 'there is no command synht', 'did you mean synth?'],
    [['doctor', '--jsn'], 'unknown argument --jsn', 'did you mean --json?'],
    [['explain', 'VRD9999'], 'there is no rule VRD9999', ''],
    [['run', '--timeout', 'soon'], '--timeout soon is not a time', '20s'],
    [['run', '--expect', '('], '--expect ( is not a regular expression', ''],
    [[], 'a command is missing', '--help'],
  ])('%j is an error without a stack, and exits with 1', async (args, what, help) => {
    const { code, stdout, stderr } = await veridian(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(what);
    expect(stderr).toContain(help);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('doctor prints data on standard output, for programs too', async () => {
    const { stdout, stderr } = await veridian('doctor', '--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual([
      'node',
      'rust',
      'qemu',
      'qemu aarch64',
      'qemu riscv64',
      'gdb',
    ]);
  });

  test('the help names every command', async () => {
    const { code, stdout } = await veridian('--help');
    expect(code).toBe(0);
    for (const { usage } of commands) expect(stdout).toContain(`veridian ${usage}`);
  });

  test('completion is a script for the shell', async () => {
    expect((await veridian('completion')).stdout).toContain('_veridian_yargs_completions');
  });

  test('the shell is given paths of constructs where a command takes one, and its own words elsewhere', async () => {
    const project = join(folder, 'complete');
    mkdirSync(join(project, 'veridian.out', 'shop'), { recursive: true });
    writeFileSync(join(project, 'cdktf.json'), '{"language":"typescript","app":"tsx main.ts"}');
    writeFileSync(join(project, 'veridian.out', 'shop', 'graph.json'), graphText(sample().graph));
    const complete = async (...words: string[]): Promise<string[]> =>
      (await veridianIn(project, '--get-yargs-completions', 'veridian', ...words)).stdout.trim().split('\n');
    expect(await complete('why', 'shop/w')).toEqual(['shop/wake', 'shop/web']);
    expect(await complete('why', 'shop/web', 'shop/reg')).toEqual(['shop/registers']);
    expect(await complete('who-can', '--js')).toContain('--json');
    expect(await complete('matr')).toContain('matrix');
  });

  test('explain prints the page of a rule', async () => {
    const [code = ''] = ruleCodes();
    expect((await veridian('explain', code.toLowerCase())).stdout).toContain(code);
  });
});
