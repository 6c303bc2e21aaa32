import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphText } from '../../constructs/graph/index.js';
import { buildElf } from '../elf/fixture.js';
import { ToolError } from '../findings/index.js';
import { makeProject, synth } from '../pipeline/fixture.js';
import { silent } from '../toolchain/index.js';
import { git, makeRepository, type Repository } from './git-fixture.js';
import { diffRevisions, lockFile, lockText, readLock, readRevision, readWorkingTree, writeLock } from './index.js';

/** A project with an image, and a repository. */
let project: string;
let repository: Repository;
beforeAll(async () => {
  project = makeProject();
  await synth(project);
  repository = makeRepository();
});
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
  repository.remove();
});

const at = (folder: string) => ({ project: folder, reporter: silent });
const read = (name: string, folder = project) => readRevision(name, at(folder));

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ToolError)) throw error ?? new Error('it was taken');
  const { code, message, source, help } = error.finding;
  return `${code} ${message}${source ? ` (${source.file}:${source.line})` : ''} · ${help}`;
}

function write(name: string, content: string | Uint8Array): string {
  mkdirSync(join(project, 'files'), { recursive: true });
  writeFileSync(join(project, 'files', name), content);
  return `files/${name}`;
}

test('working tree, graph, image and lock file are the same system', async () => {
  const tree = await readWorkingTree(at(project));
  writeLock(project, tree.graphs);
  for (const name of ['veridian.out/shop/graph.json', 'veridian.out/shop/image.elf', lockFile]) {
    const diff = diffRevisions(await read(name), tree);
    expect([name, diff.verdict, diff.systems[0]?.components]).toEqual([name, 'equivalent', []]);
  }
});

describe('a base that is none', () => {
  test('names what is there', async () => {
    expect(await refusal(read('mian', repository.project))).toMatch(/^VRD0425 there is no mian .* there are main, /);
  });
  test('says so where there is no repository with commits', async () => {
    const empty = join(project, 'files', 'empty');
    mkdirSync(empty, { recursive: true });
    git(empty, 'init', '--quiet');
    expect(await refusal(read('main', empty))).toMatch(/^VRD0425 .* in no git repository with commits/);
  });
  test('is no option of git', async () => {
    expect(await refusal(read('--output=x', repository.project))).toMatch(/^VRD0425/);
  });
  test('has a definition that fails', async () => {
    const main = join(repository.project, 'main.ts');
    const good = readFileSync(main);
    writeFileSync(main, "throw new Error('no price list');\n");
    git(repository.root, 'commit', '--quiet', '--all', '--message=Break it');
    git(repository.root, 'tag', 'broken');
    writeFileSync(main, good);
    const text = await refusal(read('broken', repository.project));
    expect(text).toMatch(/^VRD0428 broken cannot be synthesized/);
    expect(text).toContain('no price list');
    expect(git(repository.root, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  });
});

test('a commit without the project is a system with nobody in it', async () => {
  const folder = join(repository.root, 'later');
  mkdirSync(folder);
  for (const file of ['cdktf.json', 'main.ts', 'interfaces.ts', 'programs.ts']) {
    writeFileSync(join(folder, file), readFileSync(join(repository.project, file)));
  }
  const diff = diffRevisions(await read('reviewed', folder), await readWorkingTree(at(folder)));
  expect(diff.systems[0]?.components.map(({ status }) => status)).toEqual(['added', 'added', 'added', 'added']);
});

describe('a file that cannot be compared with', () => {
  test('is a graph of another version', async () => {
    const [graph] = (await readWorkingTree(at(project))).graphs;
    if (!graph) throw new Error('there is no graph');
    const name = write('graph.json', graphText(graph).replace('veridian.graph/1', 'veridian.graph/9'));
    expect(await refusal(read(name))).toBe(
      `VRD0427 ${name} is veridian.graph/9, and this version of Veridian reads veridian.graph/1 · write it again with this version, or compare with the version of Veridian that wrote it`,
    );
    const broken = write('broken.json', graphText(graph).replace('"priority"', '"urgency"'));
    expect(await refusal(read(broken))).toMatch(/^VRD0426 .* it is a damaged graph: nodes\.\d+/);
  });
  test('is an image that is not ours, or not whole', async () => {
    const segments = [{ address: 0x40_0000n, data: new Uint8Array(64), flags: 'rx' as const }];
    expect(await refusal(read(write('foreign.elf', buildElf({ segments }))))).toMatch(/^VRD0501 /);
    const image = readFileSync(join(project, 'veridian.out', 'shop', 'image.elf'));
    expect(await refusal(read(write('half.elf', image.subarray(0, image.length / 2))))).toMatch(/^VRD0503 /);
  });
  test('is something else', async () => {
    expect(await refusal(read('main.ts'))).toMatch(/^VRD0426 main.ts .* neither an image nor JSON/);
    expect(await refusal(read('cdktf.json'))).toMatch(/^VRD0426 cdktf.json .* no graph and no lock file/);
  });
});

describe('the lock file', () => {
  const put = (text: string): void => writeFileSync(join(project, lockFile), text);
  let text: string;
  beforeAll(async () => {
    text = lockText((await readWorkingTree(at(project))).graphs);
  });

  test('has one fact a line, in one order, and no line of source', () => {
    const facts = text.split('\n').filter((line) => line.startsWith('        {'));
    expect(facts.length).toBeGreaterThan(5);
    for (const fact of facts) expect(() => JSON.parse(fact.replace(/,$/, ''))).not.toThrow();
    expect(text).toContain(
      '"subject":"shop/web","need":"power","kind":"Power","object":"shop/power","rights":["off"]}',
    );
    expect(text).not.toContain('main.ts');
  });

  test('is read back with its own lines as sources', () => {
    put(text);
    const [graph] = readLock(project);
    expect(lockText(graph ? [graph] : [])).toBe(text);
    const line = graph?.edges.find(({ need }) => need === 'power')?.source.line ?? 0;
    expect(text.split('\n')[line - 1]).toContain('"need":"power"');
  });

  test('that is not there, damaged, or of another version is refused', async () => {
    rmSync(join(project, lockFile), { force: true });
    expect(() => readLock(project)).toThrow(/there is no veridian\.lock\.json/);
    put(text.replace(/^ +\{"subject"/m, '<<<<<<< ours\n$&'));
    expect(await refusal(read(lockFile))).toMatch(/^VRD0424 .* conflict marks in it \(veridian\.lock\.json:\d+\)/);
    put(text.slice(0, text.length / 2));
    expect(await refusal(read(lockFile))).toMatch(/^VRD0424 .* it is not JSON/);
    put(text.replace('"need":"power"', '"ned":"power"'));
    expect(await refusal(read(lockFile))).toMatch(/^VRD0424 .* shop: edges\.\d/);
    put(text.replace('veridian.lock/1', 'veridian.lock/2'));
    expect(await refusal(read(lockFile))).toMatch(/^VRD0427 .* is veridian\.lock\/2/);
  });
});
