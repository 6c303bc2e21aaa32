import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesize } from '../pipeline/index.js';
import { everyMachine } from '../testing/index.js';
import { packageRoot, run, silent } from '../toolchain/index.js';
import { readDeclared } from '../verify/index.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
const debug = (machine: string, ...args: readonly string[]) =>
  run(process.execPath, [...tool, 'debug', 'examples/hello', ...args, '--machine', machine, '--batch'], {
    cwd: packageRoot,
    timeout: 120_000,
  });

/** Has GDB print how many needs the program has that runs: the first word of its startup block. */
async function needs(machine: string, path: string): Promise<readonly string[]> {
  const project = join(packageRoot, 'examples', 'hello');
  const [system] = (await synthesize({ project, reporter: silent, write: true, machine })).systems;
  const image = system?.output?.image ?? '';
  const one = readDeclared(await readFile(image), image).components.find((component) => component.path === path);
  return ['--command', `print *(${one?.record.startup} as *const u64)`];
}

describe.each(everyMachine)('on %s, GDB', (machine) => {
  test('stops at kernel_main, and knows its lines and its callers', async () => {
    const { code, stdout } = await debug(machine, '--command', 'backtrace', '--command', 'list kernel_main');
    expect(stdout).toMatch(/^#\d+ .*kernel_main \(\) at kernel\/src\/main\.rs:\d+$/m);
    expect(stdout).toMatch(/^#\d+ .*boot(_high)? \(\) at arch\/\w+\/src\/bare\/boot\.rs:\d+$/m);
    expect(stdout).toMatch(/^\d+\s+extern "C" fn kernel_main\(/m);
    expect(code).toBe(0);
  });

  test.each([
    { component: 'client', path: 'hello/client', count: 4 },
    { component: 'hello/greeter', path: 'hello/greeter', count: 3 },
  ])('stops at the main of $component and nobody else, and the system goes on from there', async (one) => {
    const { stdout, stderr } = await debug(
      machine,
      one.component,
      ...(await needs(machine, one.path)),
      '--command',
      'bt',
      '--command',
      'c',
    );
    const program = one.component.replace(/^.*\//, '');
    // What begins `main` may be of a function that is inlined into it.
    expect(stdout).toMatch(
      new RegExp(`^#\\d+ +main \\(\\) at examples/hello/programs/${program}/src/main\\.rs:\\d+$`, 'm'),
    );
    expect(stdout).toMatch(/^#\d+ .* in run<.*> \(\) at services\/runtime\/src\/startup\.rs:\d+$/m);
    expect(stdout).toContain(`$1 = ${one.count}\n`);
    // The console is on standard error, while GDB has standard output.
    expect(stderr).toContain('client   | sent "hello", got "hello, client" (64 bytes, 1 call)');
  });
});

test('what is no component is refused', async () => {
  const { code, stderr } = await debug('q35', 'greetings');
  expect(code).toBe(1);
  expect(stderr).toContain('hello/greetings is no component');
});
