import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mistake } from './definition-error.js';

const repository = fileURLToPath(new URL('../', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'veridian-errors-')));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'cdktf.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
  readonly errors: readonly Mistake[] | undefined;
}

/** Runs a definition as the `veridian` command does. */
function run(definition: string): Outcome {
  writeFileSync(
    join(folder, 'main.ts'),
    `import { App, Notification, SharedRegion, System, defineInterface, method } from '${repository}constructs/index.js';\n${definition}`,
  );
  const assembly = join(folder, 'assembly.json');
  const report = join(repository, 'constructs', 'report-errors.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--import', report, 'main.ts'], {
    cwd: folder,
    env: { ...process.env, VERIDIAN_ASSEMBLY: assembly, VERIDIAN_ROOT: folder },
    encoding: 'utf8',
  });
  const written = existsSync(assembly) ? JSON.parse(readFileSync(assembly, 'utf8')) : {};
  if (written.errors !== undefined) expect(written.error).toEqual(written.errors[0]);
  return { status, stderr, errors: written.errors };
}

const system = `const app = new App();
const system = new System(app, 'shop', { machine: { name: 'q35', arch: 'x86_64', memory: 0, cores: 1 } });
`;

describe('a definition that fails', () => {
  test('tells all mistakes, with the lines of the file and without a stack', () => {
    const { status, stderr, errors } = run(`${system}
new SharedRegion(system, 'area', { size: -1 });
new Notification(system, 'area').grant('shout' as never);
app.synth();
`);
    expect(status).toBe(2);
    expect(errors?.map(({ code, path, source }) => [code, path, source.line])).toEqual([
      ['VRD0003', 'shop/area', 5],
      ['VRD0005', 'shop/area', 6],
      ['VRD0009', 'shop/area-2', 6],
    ]);
    expect(stderr).toMatchInlineSnapshot(`
      "error VRD0003  SharedRegion cannot take this as \`size\`
        --> main.ts:5:1  shop/area
         value   -1
         allowed a whole number, 0 or more
         help    correct \`size\`

      error VRD0005  there is already a SharedRegion of this id (first at main.ts:5)
        --> main.ts:6:1  shop/area
         value   area
         allowed an id that no sibling has
         help    rename one of the two

      error VRD0009  Notification has no right of this name
        --> main.ts:6:34  shop/area-2
         value   shout
         allowed signal, wait
         help    grant only rights of this kind
      "
    `);
  });

  test('tells where it threw', () => {
    const { errors } = run(
      'interface Gone { a: 1 }\n\nconst list: string[] = undefined as never;\nlist.map(String);\n',
    );
    expect(errors).toMatchObject([{ code: 'VRD0001', source: { file: 'main.ts', line: 5 }, value: 'TypeError' }]);
    expect(errors?.[0]?.summary).toContain("Cannot read properties of undefined (reading 'map')");
  });

  test('tells where it is not TypeScript', () => {
    const { errors, stderr } = run('\nconst a = ;\n');
    expect(errors).toMatchObject([{ code: 'VRD0001', source: { file: 'main.ts', line: 3 } }]);
    expect(stderr).not.toContain(folder);
  });

  test('tells of a file that is not there without the folder of this machine', () => {
    const { errors, stderr } = run("await import('./veridian.programs.js');\n");
    expect(errors).toMatchObject([{ code: 'VRD0001', source: { file: 'main.ts' } }]);
    expect(stderr).not.toContain(folder);
  });

  test('tells of a promise that was refused, and of what is no error', () => {
    expect(run("await Promise.reject(new Error('no price list'));").errors).toMatchObject([
      { code: 'VRD0001', summary: 'the definition failed: no price list' },
    ]);
    expect(run("throw 'a text';").errors).toMatchObject([{ summary: 'the definition failed: a text' }]);
  });

  test('tells of a bad interface, before there is an App', () => {
    const { errors } = run("defineInterface('a-b', { open: method({}, {}) });\n");
    expect(errors).toMatchObject([{ code: 'VRD0012', source: { file: 'main.ts', line: 2 } }]);
  });

  test('tells of a construct that makes itself', () => {
    const { errors } = run(`${system}
class Shelf extends Notification {
  constructor(scope: ConstructorParameters<typeof Notification>[0], id: string) {
    super(scope, id);
    new Shelf(this, 'shelf');
  }
}
new Shelf(system, 'shelf');
app.synth();
`);
    expect(errors).toMatchObject([{ code: 'VRD0007', source: { file: 'main.ts' } }]);
  });

  test('tells when it never synthesizes', () => {
    const { status, errors } = run(system);
    expect(status).toBe(2);
    expect(errors).toMatchObject([{ code: 'VRD0013', source: { file: 'main.ts', line: 1 } }]);
  });
});

test('a definition that ends well is left alone', () => {
  const { status, stderr, errors } = run(`${system}app.synth();\n`);
  expect({ status, stderr, errors }).toEqual({ status: 0, stderr: '', errors: undefined });
});
