import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot, run } from '../toolchain/index.js';

/** Asks the real command line about examples/hello. */
function ask(...args: string[]) {
  const tool = join(packageRoot, 'synth', 'cli', 'main.ts');
  return run(process.execPath, ['--conditions=veridian-source', '--import', 'tsx', tool, ...args], {
    cwd: join(packageRoot, 'examples', 'hello'),
  });
}

describe('queries', () => {
  test('why', async () => {
    const { code, stdout, stderr } = await ask('why', 'client', 'terminal/ports');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^hello\/client can read, write hello\/terminal\/ports\n/);
    expect(stdout).toMatch(/client ─write→ terminal\/driver {2}over terminal\/requests {2}main\.ts:\d+:\d+\n/);
    expect((await ask('why', 'terminal', 'client')).stdout).toBe('hello/terminal cannot reach hello/client\n');
  });

  test('who-can, for programs', async () => {
    const { stdout } = await ask('who-can', 'write', 'area', '--json');
    expect(JSON.parse(stdout)).toEqual([
      { subject: 'hello/client', direct: false, through: 'hello/greeter', object: 'hello/area' },
      { subject: 'hello/greeter', direct: true, object: 'hello/area' },
    ]);
  });

  test('a path that is not there', async () => {
    const { code, stderr } = await ask('explain', 'greter');
    expect(code).toBe(1);
    expect(stderr).toContain('error VRD0027  there is nothing called greter');
    expect(stderr).toContain('did you mean greeter?');
    const right = await ask('who-can', 'erase', 'area');
    expect(right.stderr).toContain('rights that somebody holds: read, write');
  });

  test('explain and matrix', async () => {
    expect((await ask('explain', 'client')).stdout).toContain('Power { off }');
    expect((await ask('matrix')).stdout).toContain('● by a grant of its own');
  });

  test('why, explain and matrix, for programs', async () => {
    const data = async (...args: string[]): Promise<unknown> => JSON.parse((await ask(...args, '--json')).stdout);
    expect(await data('why', 'client', 'area')).toMatchObject({
      subject: 'hello/client',
      object: 'hello/area',
      ways: [
        { rights: ['read'], steps: [{ via: 'grant' }] },
        { rights: ['write'], steps: [{ via: 'call', to: 'hello/greeter' }, { to: 'hello/area' }] },
      ],
    });
    expect(await data('explain', 'client')).toMatchObject([{ node: { path: 'hello/client', program: 'client' } }]);
    const cell = { subject: 'hello/client', object: 'hello/area', direct: ['read'], through: ['write'] };
    expect(await data('matrix')).toMatchObject([{ system: 'hello', cells: expect.arrayContaining([cell]) }]);
  });
});
