import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graphText, type SystemGraph } from '../../constructs/graph/index.js';
import { edge, sample } from '../check/fixture.js';
import { ToolError } from '../findings/index.js';
import { explainedText, explainPath, knownNames, matrix, matrixText, resolveName, wayText, why } from './index.js';

const graph: SystemGraph = sample().graph;
const ways = (subject: string, object: string, of = graph): string =>
  why(resolveName([of], subject), resolveName([of], object))
    .map(wayText)
    .join('\n');

function refusal(name: string, graphs = [graph]): string {
  try {
    return resolveName(graphs, name).path;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return `${error.finding.code} ${error.finding.message}; ${error.finding.help}`;
  }
}

test('names are whole paths, paths without the system, or last parts', () => {
  expect(['shop/web', 'web', 'shop'].map((name) => refusal(name))).toEqual(['shop/web', 'shop/web', 'shop']);
  const deep = structuredClone(graph);
  deep.nodes.push({ type: 'Notification', path: 'shop/inner/bell', source: deep.source });
  expect(['inner/bell', 'bell', 'inner'].map((name) => refusal(name, [deep]))).toEqual([
    'shop/inner/bell',
    'shop/inner/bell',
    'shop/inner',
  ]);
});

test('a name that is none is told the nearest ones, and one that is several all of them', () => {
  expect(refusal('wbe')).toBe('VRD0027 there is nothing called wbe; did you mean web?');
  expect(refusal('registers-of-it')).toBe(
    'VRD0027 there is nothing called registers-of-it; `veridian ls` lists every path',
  );
  expect(
    refusal('web', [
      graph,
      structuredClone({
        ...graph,
        nodes: graph.nodes.map((node) => ({ ...node, path: node.path.replace('shop', 'store') })),
        system: 'store',
      }),
    ]),
  ).toBe('VRD0028 web can be shop/web or store/web; name one of them by its whole path');
});

test('why shows each step with its line, and one way for all rights that end it', () => {
  expect(ways('web', 'registers')).toBe(`shop/web can read, write shop/registers
  web ─open, read→ driver  over files  parts/grants.ts:50:3
  driver ─read, write→ registers       parts/grants.ts:51:3`);
  expect(ways('web', 'driver')).toBe(`shop/web can make shop/driver act
  web ─open, read→ driver  over files  parts/grants.ts:50:3`);
  const apart = structuredClone(graph);
  apart.edges = apart.edges.filter(({ need }) => need !== 'files' && need !== 'buffer');
  expect(ways('reader', 'registers', apart)).toBe('');
});

test('why says how capabilities that are used came by', () => {
  const system = sample();
  edge(system, 'shop/driver', 'buffer').subject = 'shop/reader';
  expect(ways('driver', 'web', system.graph)).toBe(`shop/driver can supervise shop/web
  driver ─supervise→ web  is told of its faults over files  main.ts:30:3`);
  const dma = why(resolveName([system.graph], 'driver'), resolveName([system.graph], 'area'));
  const [first] = dma;
  expect(first && wayText(first)).toContain(
    'driver ─DMA→ area  with buffer: no IOMMU keeps its device from any memory',
  );
  expect(first && wayText(first)).toContain('driver ←delegate─ reader  passes capabilities over files');
});

test('a subject that cannot act is refused', () => {
  expect(() => ways('area', 'web')).toThrow('shop/area is a SharedRegion; only a component can do something');
});

test('explain shows what is held, reached, and by whom it is reached', () => {
  const [web] = explainPath(resolveName([graph], 'web'));
  const text = web === undefined ? '' : explainedText(web);
  expect(text.split('\n').slice(0, 3)).toEqual([
    'shop/web  service, program web, interactive 120  main.ts:30:3',
    '  holds',
    '    files  FileSystem { open, read }     on shop/files  parts/grants.ts:50:3',
  ]);
  expect(text).toContain('through shop/driver');
  expect(text).toContain('shop/driver  { supervise }');
});

test('explain shows when periodic work is done, and of what that consists', () => {
  const timed = structuredClone(graph);
  const source = { file: 'main.ts', line: 20 };
  const task = { period: 10_000_000, worstCase: 500_000, deadline: 5_000_000 };
  const serves = edge({ ...sample(), graph: timed }, 'shop/driver', 'requests').rights.map((right) => ({
    need: 'requests',
    right,
    worstCase: 0,
  }));
  timed.timings = [{ component: 'shop/driver', source, task, serves, calls: [] }];
  const [driver] = explainPath(resolveName([timed], 'driver'));
  expect(driver && explainedText(driver).split('\n').slice(1, 4)).toEqual([
    '  in time',
    '    done   after 500 µs  of 5 ms, every 10 ms',
    '    works  500 µs        shop/driver  main.ts:20:3',
  ]);
  expect(explainPath(resolveName([timed], 'web'))[0]?.timing).toBeUndefined();
});

test('the matrix agrees with itself', () => {
  const cells = matrix(graph);
  expect(cells.find(({ subject, object }) => subject === 'shop/web' && object === 'shop/area')).toEqual({
    subject: 'shop/web',
    object: 'shop/area',
    direct: ['read', 'write'],
    through: [],
  });
  const lines = matrixText(graph).split('\n');
  expect(lines.find((line) => line.startsWith('registers  write'))).toMatch(/ ● . ○$/);
});

test('the shell completes the names of what was synthesized last', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veridian-query-'));
  try {
    expect(knownNames(folder)).toEqual([]);
    mkdirSync(join(folder, 'veridian.out', 'shop'), { recursive: true });
    writeFileSync(join(folder, 'veridian.out', 'shop', 'graph.json'), graphText(graph));
    expect(knownNames(folder)).toEqual(expect.arrayContaining(['shop', 'shop/web', 'web']));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
