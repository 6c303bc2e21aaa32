import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each([...everyMachine, 'virt,gic=3'])(
  'four cores call, wake and stop each other, and take each other’s memory away: %s',
  async (machine) => {
    const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine, timeout: 240_000 });
    expect(lines.slice(1)).toEqual([
      'conductor | callers on 4 cores got every answer from the next core; a server was started anew meanwhile',
      'conductor | stopped 25 times while it ran on another core, and started anew',
      'conductor | took memory away 25 times from another core that wrote to it',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
  300_000,
);

test('it is shown on which core a component runs', async () => {
  const tool = join(import.meta.dirname, '..', '..', 'synth', 'cli', 'main.ts');
  const veridian = async (...args: string[]): Promise<string> => {
    const given = ['--conditions=veridian-source', '--import', 'tsx', tool, ...args];
    return (await promisify(execFile)(process.execPath, given, { cwd: import.meta.dirname })).stdout;
  };
  await veridian('synth', 'cores');
  const held = await veridian('inspect', 'cores');
  expect(held).toContain('cores/borrower  borrower, interactive 139, core 3\n');
  // The first core is what components are on anyway.
  expect(held).toContain('cores/conductor  conductor, interactive 130\n');
  const { graph } = JSON.parse(await veridian('inspect', 'cores', '--json'));
  expect(graph.nodes.find(({ path }: { path: string }) => path === 'cores/doubler-2')).toMatchObject({ core: 2 });
  expect(await veridian('export', 'cores')).toMatch(/tcb_doubler-?_?2 = tcb \(prio: \d+, max_prio: \d+, affinity: 2\)/);
  const page = (await veridian('view', 'cores')).trim();
  expect(await readFile(page, 'utf8')).toContain('on core 2');
  await rm(page);
  expect(await veridian('diff', 'veridian.out/cores/graph.json')).toMatch(/^cores: equivalent/);
}, 120_000);
