import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

function compile(...args: string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout } = spawnSync(process.execPath, [compiler, '--pretty', 'false', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { status, text: stdout };
}

test('what the compiler says of the five mistakes stays readable', async () => {
  const { status, text } = compile('-p', 'constructs/type-errors');
  expect(status).not.toBe(0);
  await expect(text).toMatchFileSnapshot('type-errors/messages.txt');
});

/** Seconds that the compiler takes for a definition with so many components. */
function secondsFor(components: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'veridian-types-'));
  const lines = Array.from(
    { length: components },
    (_, index) => `new Component(system, 'web-${index}', {
  program: web,
  grants: { files: disk.grant('open', 'read'), log: terminal.grant('write') },
});`,
  );
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(repository, 'tsconfig.json'), include: ['main.ts'], exclude: [] }),
  );
  writeFileSync(
    join(folder, 'main.ts'),
    `import { App, type Capability, Component, defineInterface, Endpoint, method, Program, System } from '${repository}constructs/index.js';
const Files = defineInterface('Files', { open: method({}, {}), read: method({}, {}), remove: method({}, {}) });
const Log = defineInterface('Log', { write: method({}, {}) });
const web = Program.of<{ files: Capability<'Files', 'open' | 'read'>; log: Capability<'Log', 'write'> }>({
  name: 'web', file: 'cargo:web', needs: [],
});
const system = new System(new App(), 'shop', { machine: { name: 'none', arch: 'x86_64', memory: 0, cores: 1 } });
const disk = new Endpoint(system, 'disk', { interface: Files });
const terminal = new Endpoint(system, 'terminal', { interface: Log });
${lines.join('\n')}
`,
  );
  const { text } = compile('-p', folder, '--extendedDiagnostics');
  rmSync(folder, { recursive: true });
  expect(text).not.toContain('error TS');
  return Number(/^Total time:\s+([\d.]+)s/m.exec(text)?.[1]);
}

test('2,000 components are checked in a moment', () => {
  const library = secondsFor(1);
  const seconds = secondsFor(2000) - library;
  // About half a second on an idle machine; the rest is for what else the machine does.
  expect(seconds).toBeLessThan(3);
});
