import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exists, TestProject } from './fixture.js';
import { findTerraform, installCommand } from './terraform.js';

const terraform = findTerraform();
const without = terraform === undefined ? ` (skipped: neither terraform nor tofu is here; ${installCommand})` : '';

/** Another console: a driver with ports and an interrupt that nobody had. */
const broader = "new Console(web, 'serial', { firstPort: 0x2f8, line: 3 });";

describe.skipIf(terraform === undefined)(`deployment with Terraform${without}`, () => {
  let project: TestProject;
  beforeAll(() => {
    project = new TestProject();
    project.write({ machines: 'count: 3' });
  });
  afterAll(async () => {
    await project.veridian(['destroy']);
    project.remove();
  });

  const pids = () => project.machines.map(({ record }) => record.qemu?.pid ?? 0);
  const supervisors = () => project.machines.map(({ record }) => record.supervisor.pid);
  const rows = (stdout: string) => stdout.trim().split('\n');

  test('a plan starts nothing and leaves nothing', async () => {
    const { code, stdout, stderr } = await project.veridian(['plan']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^authority {2}nothing of web is deployed yet \(graph [0-9a-f]{8}\)\n/);
    expect(stdout).toContain('machines   web-0, web-1, web-2: will be started\n');
    expect(stdout).toContain('Plan: 3 to add, 0 to change, 0 to destroy.');
    expect(existsSync(project.deployFolder)).toBe(false);
  });

  test('a deployment ends when every machine has shown its graph', async () => {
    const { code, stdout, stderr } = await project.veridian(['deploy']);
    expect(code, stderr).toBe(0);
    const graphs = project.machines.map(({ record }) => record.graph.slice(0, 8));
    expect(rows(stdout)).toEqual(graphs.map((graph, index) => `✓ web-${index}  no ports  boots graph ${graph}`));
    expect(pids()).toHaveLength(3);
    expect(pids().every(exists)).toBe(true);
    for (const { folder } of project.machines) {
      const [line = ''] = readFileSync(join(folder, 'console.log'), 'utf8').split(/\r?\n/);
      expect(line).toMatch(/^veridian /);
      expect(line.endsWith(`graph ${graphs[0]}`)).toBe(true);
    }
  });

  test('a second one changes nothing', async () => {
    const before = [...pids(), ...supervisors()];
    const { code, stdout, stderr } = await project.veridian(['deploy']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^authority {2}equivalent to what is deployed \(graph [0-9a-f]{8}\)$/m);
    expect(stderr).toMatch(/^machines {3}3 of 3 run as they should$/m);
    expect(rows(stdout).every((line) => line.includes('still runs'))).toBe(true);
    expect([...pids(), ...supervisors()]).toEqual(before);
    expect(before.every(exists)).toBe(true);
  });

  test('what was killed is brought back, and nothing else is touched', async () => {
    const before = pids();
    const [, , orphan = 0] = before;
    process.kill(before[1] ?? 0, 'SIGKILL');
    // Without the process that looks after it a machine counts as gone, and may not run on beside its successor.
    process.kill(supervisors()[2] ?? 0, 'SIGKILL');
    const { code, stdout, stderr } = await project.veridian(['deploy']);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^machines {3}web-1, web-2: not running any more, will be started again$/m);
    expect(rows(stdout).map((line) => /boots|still runs/.exec(line)?.[0])).toEqual(['still runs', 'boots', 'boots']);
    expect(pids()[0]).toBe(before[0]);
    expect(pids().every(exists)).toBe(true);
    expect(exists(orphan)).toBe(false);
  });

  test('more authority needs approval, and then replaces the machines', async () => {
    const before = pids();
    project.write({ machines: 'count: 3', system: broader });
    const refused = await project.veridian(['deploy']);
    expect(refused.code, refused.stderr).toBe(2);
    expect(refused.stderr).toMatch(/^authority {2}BROADER than what is deployed \(graph [0-9a-f]{8} → [0-9a-f]{8}\)$/m);
    expect(refused.stderr).toMatch(
      /^image {6}changed \(sha256 [0-9a-f]{4}… → [0-9a-f]{4}…\): 3 of 3 VMs will be replaced$/m,
    );
    expect(refused.stderr).toContain('error VRD0985');
    expect(refused.stderr).toContain('web/serial');
    expect(pids()).toEqual(before);
    expect(before.every(exists)).toBe(true);

    const approved = await project.veridian(['deploy', '--approve', '--json']);
    expect(approved.code, approved.stderr).toBe(0);
    const said = JSON.parse(approved.stdout);
    expect(said).toMatchObject({ stack: 'local', changes: true, authority: [{ system: 'web', verdict: 'broader' }] });
    expect(said.machines).toMatchObject([
      { name: 'web-0', started: true },
      { name: 'web-1', started: true },
      { name: 'web-2', started: true },
    ]);
    expect(before.some(exists)).toBe(false);
    expect(pids().every(exists)).toBe(true);
  });

  test('less authority and fewer machines need none', async () => {
    project.write({ machines: 'count: 2' });
    const { code, stdout, stderr } = await project.veridian(['deploy']);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^authority {2}narrower than what is deployed/m);
    expect(stderr).toMatch(/^machines {3}web-2: will be stopped$/m);
    expect(rows(stdout)).toHaveLength(2);
  });

  test('destroying leaves no process and no file', async () => {
    const before = [...pids(), ...supervisors()];
    const { code, stdout, stderr } = await project.veridian(['destroy']);
    expect(code, stderr).toBe(0);
    expect(rows(stdout)).toEqual(['✓ web-0  stopped', '✓ web-1  stopped']);
    expect(before.some(exists)).toBe(false);
    expect(existsSync(project.deployFolder)).toBe(false);
    const again = await project.veridian(['destroy']);
    expect([again.code, again.stdout]).toEqual([0, 'nothing of this project is deployed\n']);
  });
});
