import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cache, keyOf, placeFile } from './cache.js';
import { buildPrograms, lineReporter, type Output, packageRoot, run } from './index.js';
import { cargoWorkspace, programPackages } from './native.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-toolchain-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

describe('keys', () => {
  beforeEach(() => {
    write('a/src/main.rs', 'fn main() {}');
    write('a/Cargo.toml', '[package]');
  });
  test('follow sources and settings, and nothing else', async () => {
    const key = await keyOf(folder, ['a'], ['x86_64']);
    write('a/README.md', 'words');
    write('a/target/debug/x.rs', 'built');
    expect(await keyOf(folder, ['a', 'missing'], ['x86_64'])).toBe(key);
    expect(await keyOf(folder, ['a'], ['aarch64'])).not.toBe(key);
    write('a/src/main.rs', 'fn main() { }');
    expect(await keyOf(folder, ['a'], ['x86_64'])).not.toBe(key);
  });
  test('do not depend on where the folder is', async () => {
    const key = await keyOf(folder, ['a'], []);
    write('copy/a/src/main.rs', 'fn main() {}');
    write('copy/a/Cargo.toml', '[package]');
    expect(await keyOf(join(folder, 'copy'), ['a'], [])).toBe(key);
  });
});

describe('the cache', () => {
  test('makes an entry once', async () => {
    const cache = new Cache(join(folder, 'cache'));
    let made = 0;
    const make = async (at: string): Promise<void> => {
      made += 1;
      writeFileSync(join(at, 'kernel.elf'), 'k');
    };
    const first = await cache.get('kernel', 'a'.repeat(64), make);
    expect(await cache.get('kernel', 'a'.repeat(64), make)).toBe(first);
    expect(made).toBe(1);
    expect(readFileSync(join(first, 'kernel.elf'), 'utf8')).toBe('k');
  });
  test('keeps nothing of a build that failed', async () => {
    const cache = new Cache(join(folder, 'cache'));
    const failing = cache.get('kernel', 'b'.repeat(64), async (at) => {
      writeFileSync(join(at, 'half'), '');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });
  test('keeps the last few entries of a name', async () => {
    const cache = new Cache(join(folder, 'cache'));
    for (const digit of '0123456789') await cache.get('kernel', digit.repeat(64), async () => {});
    expect(readdirSync(join(folder, 'cache')).length).toBe(6);
  });
});

test('a file is placed whole, and an equal one stays', async () => {
  write('from', 'one');
  await placeFile(join(folder, 'from'), join(folder, 'to'));
  expect(readFileSync(join(folder, 'to'), 'utf8')).toBe('one');
  expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
});

describe('workspaces', () => {
  test('a project is in the nearest one above it', () => {
    write('Cargo.toml', '[workspace]\nmembers = []\n');
    write('shop/programs/web/Cargo.toml', '[package]\nname = "web"\n');
    write('shop/programs/web/src/main.rs', '');
    write('shop/programs/notes/README.md', '');
    expect(cargoWorkspace(join(folder, 'shop'))).toBe(folder);
    expect(programPackages(folder, join('shop', 'programs'))).toEqual([join('shop', 'programs', 'web')]);
  });
  test('a project without programs needs no Rust and makes nothing', async () => {
    expect(await buildPrograms(folder, 'x86_64')).toEqual(new Map());
    expect(existsSync(join(folder, '.veridian'))).toBe(false);
  });
});

describe('processes', () => {
  test('what they write and end with is captured', async () => {
    const lines: string[] = [];
    const finished = await run('sh', ['-c', 'echo out; echo err >&2; exit 3'], { onLine: (line) => lines.push(line) });
    expect(finished).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
    expect(lines).toEqual(['err']);
  });
  test('one that takes too long is ended', async () => {
    expect(await run('sleep', ['60'], { timeout: 100 })).toMatchObject({ timedOut: true });
  });
  test.each(['SIGINT', 'SIGTERM'] as const)('a %s to the tool alone ends what it started', async (signal) => {
    const pid = join(folder, 'pid');
    const module = JSON.stringify(join(import.meta.dirname, 'process.ts'));
    const command = JSON.stringify(`echo $$ > ${pid}; echo up >&2; exec sleep 60`);
    const says = `onLine: () => process.stdout.write('.')`;
    writeFileSync(
      join(folder, 'tool.mts'),
      `import { run } from ${module};\nawait run('sh', ['-c', ${command}], { ${says} });\n`,
    );
    const tool = spawn(process.execPath, ['--import', 'tsx', join(folder, 'tool.mts')], { cwd: packageRoot });
    tool.stdout.once('data', () => tool.kill(signal));
    const ended = await new Promise((resolve) => tool.once('exit', (_, by) => resolve(by)));
    expect(ended).toBe(signal);
    // Gone, or dead and not yet collected by whoever inherited it.
    const state = (): string => {
      const status = `/proc/${readFileSync(pid, 'utf8').trim()}/stat`;
      return existsSync(status) ? (/\) (\w)/.exec(readFileSync(status, 'utf8'))?.[1] ?? '') : 'gone';
    };
    await expect.poll(state, { timeout: 10_000 }).toMatch(/^(gone|Z)$/);
  });
  test('one that is not there ends as in a shell', async () => {
    expect((await run(join(folder, 'nothing'), [])).code).toBe(127);
  });
});

describe('the reporter', () => {
  const record = (isTTY: boolean): { output: Output; text: () => string } => {
    let text = '';
    return { output: { isTTY, columns: 80, write: (part) => (text += part) }, text: () => text };
  };
  test('writes one plain line a step where nobody watches', () => {
    const { output, text } = record(false);
    const step = lineReporter(output).begin('qemu');
    step.update('looking');
    step.done('7.2');
    expect(text()).toBe('✓ qemu        7.2\n');
  });
  test('shows what it does in place on a terminal', () => {
    const { output, text } = record(true);
    const step = lineReporter(output, false).begin('programs');
    step.update('Compiling client');
    step.failed('one error');
    expect(text()).toContain('· programs    Compiling client');
    expect(text().endsWith('✗ programs    one error\n')).toBe(true);
  });
});
