import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
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
    const env = { ...process.env, ...project.standIn('exec sleep 1000') };
    const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
    const child = spawn(process.execPath, [...tool, 'deploy', project.root], { cwd: packageRoot, env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    while (project.standIns().length < 2 && child.exitCode === null) await sleep(50);
    child.kill('SIGINT');
    expect(await ended, said).toBe(1);
    expect(said).toContain('error VRD0987  interrupted');
    nothingIsLeft();
  });
});

test('neither terraform nor tofu: the command that installs one, before any work', async () => {
  const { code, stderr } = await project.veridian(['deploy'], { PATH: project.root, VERIDIAN_TERRAFORM: '' });
  expect(code).toBe(1);
  expect(stderr).toContain('error VRD0981  neither terraform nor tofu is on this machine (PATH)');
  expect(stderr).toContain(installCommand);
  expect(existsSync(join(project.root, 'veridian.out'))).toBe(false);
});
