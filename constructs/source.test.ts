import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Component } from './component.js';
import { Endpoint } from './endpoint.js';
import { Files, graphOf, idle, reader, shop } from './fixture.js';
import { relativeFile, sourceOfStack } from './source.js';

const repository = fileURLToPath(new URL('../', import.meta.url));

/** The line that calls this, as `new Error` sees it. */
function here(): number {
  return Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1]);
}

describe('sources in this process', () => {
  test('are the line that made the construct, and that of each grant', () => {
    const { app, system } = shop();
    const files = new Endpoint(system, 'files', { interface: Files });
    const first = here();
    new Component(system, 'reader', {
      program: reader,
      grants: {
        files: files.grant('open', 'read'),
      },
    });
    const graph = graphOf(app);
    const node = graph.nodes.find(({ path }) => path === 'shop/reader');
    expect(node?.source).toEqual({ file: 'constructs/source.test.ts', line: first + 1, column: 5 });
    expect(graph.edges[0]?.source).toMatchObject({ file: 'constructs/source.test.ts', line: first + 4 });
  });

  test('are the line that made a subclass, not the one inside it', () => {
    class Idle extends Component<Record<never, never>> {
      constructor(scope: ConstructorParameters<typeof Component>[0], id: string) {
        super(scope, id, { program: idle, grants: {} });
      }
    }
    const { system } = shop();
    const made = new Idle(system, 'idle');
    expect(made.source.line).toBe(here() - 1);
  });
});

describe('stack traces', () => {
  test.each([
    ['    at Foo.bar (file:///p/main.ts:3:4)', { line: 3, column: 4 }],
    ['    at file:///p/main.ts:5:6', { line: 5, column: 6 }],
    ['    at async /p/main.ts:7:8', { line: 7, column: 8 }],
    ['    at new Foo (/p/with space (1)/main.ts?query=1:9:10)', { line: 9, column: 10 }],
  ])('name a line in %j', (frame, expected) => {
    expect(sourceOfStack(`Error: x:1:1\n${frame}`)).toMatchObject(expected);
  });

  test('have no user’s line inside the runtime, packages and the library', () => {
    const frames = ['node:internal/main:1:1', '/p/node_modules/x/y.js:1:1', join(repository, 'constructs/app.ts:1:1')];
    expect(sourceOfStack(frames.map((frame) => `    at f (${frame})`).join('\n'))).toBeUndefined();
    expect(sourceOfStack(undefined)).toBeUndefined();
  });

  test('have paths relative to the project', () => {
    expect(relativeFile(join(repository, 'examples/hello/main.ts'))).toBe('examples/hello/main.ts');
  });
});

describe('sources in a project that is run', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'veridian-source-')));
    mkdirSync(join(folder, 'project', 'parts'), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'project', 'cdktf.json'), '{}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const main = `
import { App, Notification, System } from '${repository}constructs/index.js';
import { bell } from './parts/bell.js';

interface Unused { readonly takesLinesAway: true }

const app = new App();
const system = new System(app, 'shop', {
  machine: { name: 'q35', arch: 'x86_64', memory: 0, cores: 1 },
});
new Notification(
  system, 'tick',
);
bell(system);
for (const graph of app.synth())
  console.log(JSON.stringify([graph.source, ...graph.nodes.map(({ source }) => source)]));
`;
  const part = `
import { Notification, type System } from '${repository}constructs/index.js';

export const bell = (system: System) => new Notification(system, 'bell');
`;
  const expected = [
    { file: 'main.ts', line: 8, column: 16 },
    { file: 'parts/bell.ts', line: 4, column: 41 },
    { file: 'main.ts', line: 11, column: 1 },
  ];

  function run(environment: Record<string, string>, cwd: string): unknown {
    writeFileSync(join(folder, 'project', 'main.ts'), main);
    writeFileSync(join(folder, 'project', 'parts', 'bell.ts'), part);
    const { VERIDIAN_ROOT: _, ...inherited } = process.env;
    const output = execFileSync('npx', ['tsx', join(folder, 'project', 'main.ts')], {
      cwd,
      env: { ...inherited, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output);
  }

  test('are those of the file as written, relative to the folder of cdktf.json, wherever it is run from', () => {
    expect(run({}, repository)).toEqual(expected);
  });

  test('are relative to VERIDIAN_ROOT, even by another name', () => {
    symlinkSync(join(folder, 'project'), join(folder, 'link'));
    expect(run({ VERIDIAN_ROOT: join(folder, 'link') }, folder)).toEqual(expected);
  });
});
