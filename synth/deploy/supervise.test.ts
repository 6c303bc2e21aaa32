import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { graphDigest, graphText } from '../../constructs/graph/index.js';
import { sample } from '../check/fixture.js';
import { packageRoot } from '../toolchain/index.js';
import { TestProject } from './fixture.js';
import { machineFiles } from './machine.js';

test('the console of a machine that ended at once is there until whoever started it has read it', async () => {
  const project = new TestProject();
  try {
    const folder = join(project.root, 'machine');
    mkdirSync(folder);
    const { graph } = sample();
    writeFileSync(join(folder, machineFiles.graph), graphText(graph));
    const request = { name: 'web-0', folder, system: '', image: '', run: 0, memory: 1 << 26, ports: [], disks: [] };
    const words = ['supervise', folder, JSON.stringify(request), graphDigest(graph)];
    const child = fork(join(packageRoot, 'synth', 'deploy', 'vm.ts'), words, {
      cwd: packageRoot,
      env: { ...process.env, ...project.standIn("echo 'no luck today'; exit 201") },
      execArgv: ['--conditions=veridian-source', '--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    const reports: unknown[] = [];
    for await (const [report] of on(child, 'message', { close: ['exit'] })) if (reports.push(report) === 2) break;
    expect(reports).toMatchObject([{ kind: 'started' }, { kind: 'failed' }]);
    // A slow reader.
    await sleep(500);
    expect(readFileSync(join(folder, machineFiles.console), 'utf8')).toBe('no luck today\n');
    child.disconnect();
    expect(await ended).toEqual([0, null]);
    expect(existsSync(folder)).toBe(false);
  } finally {
    project.remove();
  }
});
