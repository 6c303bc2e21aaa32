import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineNamed } from '../../arch/index.js';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { packageRoot, run } from '../toolchain/index.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
const veridian = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, [...tool, ...args], { cwd: packageRoot, env: { ...process.env, ...env } });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program in QEMU's place, for endings that a system of the examples does not have. */
function standIn(name: string, script: string): NodeJS.ProcessEnv {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && { echo 'QEMU emulator version 7.2.0'; exit; }\n${script}\n`);
  chmodSync(file, 0o755);
  return { VERIDIAN_QEMU: file };
}

describe('run', () => {
  test('shows the console on standard output alone, and every step on standard error', async () => {
    const { code, stdout, stderr } = await veridian(['run', 'examples/hello', '--timeout', '60s']);
    expect(code).toBe(0);
    const lines = stdout.split(/\r?\n/);
    expect(lines[0]).toMatch(/^veridian \d+\.\d+\.\d+ x86_64 abi [0-9a-f]{8} graph [0-9a-f]{8}$/);
    expect(lines).toContain('client   | sent "hello", got "hello, client" (64 bytes, 1 call)');
    expect(stderr).toMatch(/^✓ synth +hello · q35 · 3 components · 10 capabilities/m);
    expect(stderr).toMatch(/^✓ powered off with code 0$/m);
  });

  test.each([
    ['virt', 'aarch64'],
    ['virt,gic=3,granule=64K', 'aarch64'],
    ['riscv-virt,paging=sv48', 'riscv64'],
  ])('takes another machine in place of the declared one, with its output apart: %s', async (machine, arch) => {
    const { code, stdout, stderr } = await veridian([
      'run',
      'examples/hello',
      '--machine',
      machine,
      '--timeout',
      '60s',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^veridian \\d+\\.\\d+\\.\\d+ ${arch} abi`, 'm'));
    expect(stderr).toMatch(/^✓ powered off with code 0$/m);
    const text = readFileSync(
      join(packageRoot, 'examples/hello/veridian.out', `hello@${machine}`, 'graph.json'),
      'utf8',
    );
    const graph = JSON.parse(text) as SystemGraph;
    const { name, options } = machineNamed(machine, {}) ?? {};
    expect(graph.machine).toMatchObject({ name, arch });
    expect(graph.machine.options).toEqual(options);
  });

  test('ends with 0 as soon as the console matches', async () => {
    const { code, stdout } = await veridian([
      'run',
      'examples/hello/main.ts',
      '--expect',
      'ready$',
      '--timeout',
      '60s',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('greeter  | ready');
  });

  test('fails when the machine powers off without a match', async () => {
    const { code, stderr } = await veridian(['run', 'examples/hello', '--expect', 'goodbye', '--timeout', '60s']);
    expect(code).toBe(1);
    expect(stderr).toContain('powered off with code 0 before the console matched /goodbye/');
  });

  test('passes on the code that the machine powered off with', async () => {
    const { code, stderr } = await veridian(['run', 'examples/hello'], standIn('seven', 'exit 15'));
    expect(stderr).toContain('powered off with code 7');
    expect(code).toBe(7);
  });

  test('fails when the time is over', async () => {
    const { code, stderr } = await veridian(
      ['run', 'examples/hello', '--timeout', '300ms'],
      standIn('slow', 'exec sleep 60'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('the time was over');
  });

  test('Ctrl-C ends the machine with the tool', async () => {
    const pid = join(folder, 'pid');
    const env = { ...process.env, ...standIn('waiting', `echo $$ > ${pid}; echo waiting; exec sleep 60`) };
    const child = spawn(process.execPath, [...tool, 'run', 'examples/hello'], { cwd: packageRoot, env });
    child.stdout.on('data', () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(130);
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow(/ESRCH/);
  });

  test('without QEMU, says what brings it, and leaves the image whole', async () => {
    const { code, stderr } = await veridian(['run', 'examples/hello'], { VERIDIAN_QEMU: join(folder, 'nowhere') });
    expect(code).toBe(1);
    expect(stderr).toContain('VRD0961');
    expect(stderr).toContain('veridian doctor');
    expect((await veridian(['inspect', 'examples/hello'])).code).toBe(0);
  });
});

test('inspect reads an image back to the graph that was written beside it', async () => {
  const out = join(packageRoot, 'examples', 'hello', 'veridian.out', 'hello');
  await veridian(['synth', 'examples/hello']);
  const { stdout } = await veridian(['inspect', join(out, 'image.elf'), '--json']);
  const written = JSON.parse(readFileSync(join(out, 'graph.json'), 'utf8')) as SystemGraph;
  expect(JSON.parse(stdout)).toMatchObject({ intact: true, graph: written });
});

test('a system that is wrong is told with its line, is not written, and exits with 2', async () => {
  const project = join(packageRoot, 'examples', 'hello');
  const wrong = 'wrong.fixture.ts';
  const main = readFileSync(join(project, 'main.ts'), 'utf8');
  writeFileSync(join(project, wrong), main.replace("area: area.grant('read'),", "area: area.grant('read', 'write'),"));
  try {
    const { code, stdout, stderr } = await veridian(['synth', `examples/hello/${wrong}`]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error VRD0102 .*wider|error VRD0102 .*more than it needs/);
    expect(stderr).toContain(`${wrong}:`);
    expect(stderr).toContain('nothing was written');
    const json = await veridian(['check', `examples/hello/${wrong}`, '--json']);
    expect(JSON.parse(json.stdout).findings.map((finding: { code: string }) => finding.code)).toContain('VRD0102');
  } finally {
    rmSync(join(project, wrong), { force: true });
  }
});
