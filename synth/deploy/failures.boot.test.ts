import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';
import { exists, TestProject } from './fixture.js';
import { findTerraform, installCommand } from './terraform.js';

const terraform = findTerraform();
const without = terraform === undefined ? ` (skipped: neither terraform nor tofu is here; ${installCommand})` : '';

let project: TestProject;
beforeEach(() => {
  project = new TestProject();
  project.write({ machines: 'count: 2' });
});
afterEach(async () => {
  await project.veridian(['destroy']);
  project.remove();
});

/** Nothing runs, and no machine has a file. */
function nothingIsLeft(): void {
  expect(project.machines).toEqual([]);
  expect(project.standIns().length).toBeGreaterThan(0);
  expect(project.standIns().filter(exists)).toEqual([]);
}

/** Runs a command on the project, and ends it with Ctrl-C as soon as it has come so far. */
async function interrupted(command: string, env: NodeJS.ProcessEnv, isReady: () => boolean) {
  const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
  const options = { cwd: packageRoot, env: { ...process.env, ...env } };
  const child = spawn(process.execPath, [...tool, command, project.root], options);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  while (!isReady() && child.exitCode === null) await sleep(50);
  child.kill('SIGINT');
  return { code: await ended, said };
}

describe.skipIf(terraform === undefined)(`what goes wrong while deploying${without}`, () => {
  test('a port that is in use: told before anything is started', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    project.write({ machines: `ports: [{ host: ${port}, guest: 80 }]` });
    const { code, stderr } = await project.veridian(['deploy']);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`error VRD0982  port ${port} of this machine is in use, and web-0 forwards it`);
    expect(existsSync(project.deployFolder)).toBe(false);
  });

  test('a machine that never says that it has booted', async () => {
    const { code, stderr } = await project.veridian(
      ['deploy', '--boot-timeout', '1s'],
      project.standIn('exec sleep 1000'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error VRD0983  web-0 did not boot: it did not say that it has booted within 1 s');
    expect(stderr).toContain('web-1 did not boot');
    expect(stderr).not.toContain('local-exec');
    nothingIsLeft();
  });

  test('a machine that boots something else', async () => {
    const line = 'veridian 0.1.0 x86_64 abi 00000000 graph 12345678';
    const { code, stderr } = await project.veridian(['deploy'], project.standIn(`echo '${line}'; exec sleep 1000`));
    expect(code).toBe(1);
    expect(stderr).toMatch(/web-0 did not boot: it boots graph 12345678, which is not [0-9a-f]{8}/);
    expect(stderr).toContain(line);
    nothingIsLeft();
  });

  test('a machine that ends at once; the next deployment goes on from there', async () => {
    const failed = await project.veridian(['deploy'], project.standIn("echo 'no luck today'; exit 201"));
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('web-0 did not boot: it powered off with code 100 before it said what it boots');
    expect(failed.stderr).toContain('no luck today');
    nothingIsLeft();
    const { code, stderr } = await project.veridian(['deploy']);
    expect(code, stderr).toBe(0);
    expect(project.machines.map(({ record }) => record.state)).toEqual(['running', 'running']);
  });

  test('Ctrl-C while machines boot', async () => {
    const env = project.standIn('exec sleep 1000');
    const { code, said } = await interrupted('deploy', env, () => project.standIns().length >= 2);
    expect(code, said).toBe(1);
    expect(said).toContain('error VRD0987  interrupted: machines that had not booted were removed');
    nothingIsLeft();
  });

  test('Ctrl-C while it is planned: nothing is there that was not, and what was deployed stays', async () => {
    const held = project.heldTerraform(terraform ?? '', 'plan');
    const first = await interrupted('plan', held, () => project.isHeld);
    expect([first.code, first.said]).toEqual([1, expect.stringContaining('error VRD0987  interrupted: nothing was')]);
    expect(project.machines).toEqual([]);
    expect((await project.veridian(['deploy'])).code).toBe(0);
    const before = project.machines;
    const image = readFileSync(join(project.root, 'veridian.out', 'web', 'image.elf'));
    const again = project.heldTerraform(terraform ?? '', 'plan');
    const second = await interrupted('plan', again, () => project.isHeld);
    expect(second.code, second.said).toBe(1);
    expect(project.machines).toEqual(before);
    expect(before.every(({ record }) => exists(record.qemu?.pid ?? 0))).toBe(true);
    expect(readFileSync(join(project.root, 'veridian.out', 'web', 'image.elf'))).toEqual(image);
    // Neither the lock of the project nor a plan that nobody carries out is left.
    const { code, stdout } = await project.veridian(['plan']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^machines {3}2 of 2 run as they should$/m);
  }, 240_000);

  test('Ctrl-C while it is destroyed: what was not stopped runs on, and the next time goes on from there', async () => {
    expect((await project.veridian(['deploy'])).code).toBe(0);
    const before = project.machines;
    const held = project.heldTerraform(terraform ?? '', 'destroy');
    const { code, said } = await interrupted('destroy', held, () => project.isHeld);
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('error VRD0987  interrupted: machines that had not been'),
    ]);
    expect(project.machines).toEqual(before);
    const pids = before.map(({ record }) => record.qemu?.pid ?? 0);
    expect(pids.every(exists)).toBe(true);
    const { stdout } = await project.veridian(['plan']);
    expect(stdout).toMatch(/^machines {3}2 of 2 run as they should$/m);
    expect((await project.veridian(['destroy'])).code).toBe(0);
    expect(pids.some(exists)).toBe(false);
    expect(existsSync(project.deployFolder)).toBe(false);
  }, 240_000);
});

test('neither terraform nor tofu: the command that installs one, before any work', async () => {
  const { code, stderr } = await project.veridian(['deploy'], { PATH: project.root, VERIDIAN_TERRAFORM: '' });
  expect(code).toBe(1);
  expect(stderr).toContain('error VRD0981  neither terraform nor tofu is on this machine (PATH)');
  expect(stderr).toContain(installCommand);
  expect(existsSync(join(project.root, 'veridian.out'))).toBe(false);
});
