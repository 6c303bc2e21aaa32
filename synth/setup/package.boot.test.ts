import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRust, packageRoot, run, which } from '../toolchain/index.js';

/** Empty folder with the package installed, as a user has it. */
let home: string;
/** Environment whose PATH has what the package may ask for, and no Rust. */
let env: NodeJS.ProcessEnv;

const veridian = (args: readonly string[], cwd: string) =>
  run(join(home, 'node_modules', '.bin', 'veridian'), args, { cwd, env });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'veridian-package-'));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', home], { cwd: packageRoot });
  expect(packed.stderr.includes('npm error') ? packed.stderr : packed.code).toBe(0);
  const tools = join(home, 'tools');
  mkdirSync(tools);
  for (const name of ['sh', 'env', 'npm', 'uname', 'qemu-system-x86_64']) {
    const place = which(name);
    if (place) symlinkSync(place, join(tools, name));
  }
  symlinkSync(process.execPath, join(tools, 'node'));
  // What a Rust toolchain is called fails here, so that nothing can use one by another way than the PATH either.
  for (const name of ['cargo', 'rustc', 'rustup']) {
    writeFileSync(join(tools, name), '#!/bin/sh\necho "no Rust here" >&2\nexit 1\n');
    chmodSync(join(tools, name), 0o755);
  }
  env = { PATH: tools, HOME: home, npm_config_cache: (await run('npm', ['config', 'get', 'cache'])).stdout.trim() };
  for (const name of ['npm_config_registry', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY'])
    if (process.env[name]) env[name] = process.env[name];
  const userConfig = (await run('npm', ['config', 'get', 'userconfig'])).stdout.trim();
  if (existsSync(userConfig)) env.npm_config_userconfig = userConfig;
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const install = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', 'veridian-0.1.0.tgz'], {
    cwd: home,
    env,
  });
  expect(install.stderr.includes('npm error') ? install.stderr : install.code).toBe(0);
}, 600_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the package has no tests, no sources of the tool, and nothing of this machine', async () => {
  const installed = join(home, 'node_modules', 'veridian');
  expect(existsSync(join(installed, 'dist', 'native', 'x86_64', 'kernel.elf'))).toBe(true);
  expect(existsSync(join(installed, 'dist', 'library', 'index.mjs'))).toBe(true);
  expect(existsSync(join(installed, 'kernel'))).toBe(false);
  for (const file of ['kernel', 'greeter', 'uart16550'])
    expect(readFileSync(join(installed, 'dist', 'native', 'x86_64', `${file}.elf`)).includes(packageRoot)).toBe(false);
});

test('a new project type-checks, synthesizes and boots without any Rust', async () => {
  const made = await veridian(['init', 'shop'], home);
  expect(made.stderr).toContain('cd shop && npm start');
  const shop = join(home, 'shop');
  const checked = await run(join(home, 'node_modules', '.bin', 'tsc'), ['-p', '.'], { cwd: shop, env });
  expect(checked.stdout).toBe('');
  const synthesized = await veridian(['synth'], shop);
  expect(synthesized.stderr).toContain('nobody holds more than it needs');
  expect(synthesized.stdout.trim()).toBe(join(shop, 'veridian.out', 'hello', 'image.elf'));
  const booted = await veridian(['run', '--timeout', '60s'], shop);
  expect(booted.stdout).toContain('got "hello, client"');
  expect(booted.stderr).toContain('powered off with code 0');
  expect(booted.code).toBe(0);
  const tested = await run(join(dirname(process.execPath), 'npm'), ['test'], { cwd: shop, env });
  expect(tested.code === 0 ? '' : tested.stderr).toBe('');
});

test('without Rust, a project with programs of its own says how to get it', async () => {
  await veridian(['init', 'own', '--rust', '--no-install'], home);
  const { code, stderr } = await veridian(['synth'], join(home, 'own'));
  expect(code).toBe(1);
  expect(stderr).toContain('VRD0951');
  expect(stderr).toContain('veridian doctor');
});

test('with Rust, it builds its programs from the package’s sources and boots them', async () => {
  const rust = await findRust('x86_64');
  const own = join(home, 'own');
  const tool = join(home, 'node_modules', '.bin', 'veridian');
  const booted = await run(tool, ['run', '--timeout', '60s'], { cwd: own, env: rust?.env ?? {} });
  expect(booted.code === 0 ? '' : booted.stderr).toBe('');
  expect(booted.stdout).toContain('got "hello, client"');
});
