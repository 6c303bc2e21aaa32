import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphDigest, graphText, type SystemGraph } from '../../constructs/graph/index.js';
import { edge, sample } from '../check/fixture.js';
import { writeRecord } from '../deploy/machine.js';
import { placeOf } from '../deploy/place.js';
import { ToolError } from '../findings/index.js';
import { silent } from '../toolchain/index.js';
import { diffRevisions, readRevision } from './index.js';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'veridian-deployed-'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function deploy(name: string, graph: SystemGraph, { state = 'running', digest = graphDigest(graph) } = {}): string {
  const folder = join(placeOf(project, 'local').machines, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'graph.json'), graphText(graph));
  const supervisor = { pid: 2 ** 22 + 1, started: 'never' };
  const request = { name, folder, system: graph.system, image: '', run: 0, memory: 0, ports: [], disks: [] };
  writeRecord(folder, { request, graph: digest, supervisor: supervisor as never, state: state as 'running' });
  return folder;
}

const warned: string[] = [];
const read = (name: string) =>
  readRevision(name, { project, reporter: { ...silent, warn: (text) => void warned.push(text) } });

async function refusal(name: string): Promise<string> {
  const error: unknown = await read(name).catch((reason: unknown) => reason);
  if (!(error instanceof ToolError)) throw error;
  const { code, message, help } = error.finding;
  return `${code} ${message} · ${help}`;
}

const narrower = (): SystemGraph => {
  const system = sample();
  edge(system, 'shop/web', 'files').rights.pop();
  return system.graph;
};

test('a machine is a base, by its name, its stack or its group', async () => {
  deploy('web-0', narrower());
  deploy('web-1', narrower());
  for (const name of ['vm:web-0', 'vm:local/web-1', 'vm:web', 'vm:local', 'vm:shop']) {
    const base = await read(name);
    const { verdict, base: named } = diffRevisions(base, { name: 'now', graphs: [sample().graph] });
    expect([named, verdict]).toEqual([name, 'broader']);
  }
  expect(warned[0]).toBe('web-0 is not running; this is what it was deployed with');
});

test('a machine that is none is told which there are', async () => {
  expect(await refusal('vm:web-0')).toBe(
    'VRD0425 there is no vm:web-0 to compare with: no such machine is deployed · `veridian deploy` starts machines; none is deployed here',
  );
  deploy('web-0', narrower());
  expect(await refusal('vm:wbe')).toMatch(/· there are vm:web-0$/);
});

test('machines that differ, have not booted or whose record is damaged are no base', async () => {
  deploy('web-0', narrower());
  deploy('web-1', sample().graph);
  expect(await refusal('vm:web')).toMatch(/^VRD0426 vm:web .*different systems · name one of vm:local\/web-0 \(graph /);
  deploy('new-0', narrower(), { state: 'starting' });
  expect(await refusal('vm:new-0')).toContain('VRD0426 vm:new-0 is nothing to compare with: new-0 has not booted');
  deploy('odd-0', narrower(), { digest: 'f'.repeat(64) });
  expect(await refusal('vm:odd-0')).toContain('is not the one that it was started with');
  writeFileSync(join(deploy('bad-0', narrower()), 'graph.json'), '{');
  expect(await refusal('vm:bad-0')).toContain('has no graph that can be read');
});
