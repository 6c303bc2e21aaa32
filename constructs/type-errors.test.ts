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

/** How often the compiler fills in a generic type for a definition with so many components: the work that it has. */
function instantiationsFor(components: number): number {
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
  return Number(/^Instantiations:\s+(\d+)$/m.exec(text)?.[1]);
}

test('a component is little work for the compiler, with 2,000 of them as with ten', () => {
  const [one, ten, many] = [instantiationsFor(1), instantiationsFor(11), instantiationsFor(2001)];
  // It is 54 each.
  expect((ten - one) / 10).toBeLessThan(100);
  expect((many - one) / 2000).toBeLessThan(100);
});
