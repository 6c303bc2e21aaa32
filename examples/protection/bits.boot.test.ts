import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, run } from '../../synth/toolchain/index.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];

/** Values of registers, by GDB's names, where it stops: in the kernel’s own start, or in a component’s `main`. */
async function registers(machine: string, names: readonly string[], component?: string): Promise<bigint[]> {
  const commands = names.flatMap((name) => ['--command', `info registers ${name}`]);
  const where = component === undefined ? [] : [component];
  const args = [...tool, 'debug', 'examples/hello', ...where, '--machine', machine, '--batch', ...commands];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: packageRoot, timeout: 120_000 });
  return names.map((name) => {
    const value = new RegExp(`^${name} +(0x[0-9a-f]+)`, 'm').exec(stdout)?.[1];
    if (value === undefined) throw new Error(`GDB does not tell ${name}:\n${stdout}\n${stderr}`);
    return BigInt(value);
  });
}

const bit = (value: bigint | undefined, number: number): boolean => ((value ?? 0n) >> BigInt(number)) % 2n === 1n;

test('q35: the kernel never executes or touches user memory, nor writes what is read-only, and no-execute is on', async () => {
  for (const component of [undefined, 'client']) {
    const [cr0, cr4, efer] = await registers('q35', ['cr0', 'cr4', 'efer'], component);
    expect(bit(cr0, 16), 'CR0.WP').toBe(true);
    expect(bit(cr4, 11), 'CR4.UMIP').toBe(true);
    expect(bit(cr4, 20), 'CR4.SMEP').toBe(true);
    expect(bit(cr4, 21), 'CR4.SMAP').toBe(true);
    expect(bit(efer, 11), 'EFER.NXE').toBe(true);
  }
});

test('virt: nothing that is writable is executable, and the kernel cannot touch user memory', async () => {
  const [start, state] = await registers('virt', ['SCTLR', 'cpsr']);
  expect(bit(state, 22), 'PSTATE.PAN in the kernel').toBe(true);
  const [user] = await registers('virt', ['SCTLR'], 'client');
  for (const control of [start, user]) {
    expect(bit(control, 19), 'SCTLR_EL1.WXN').toBe(true);
    expect(bit(control, 23), 'SCTLR_EL1.SPAN: 0 sets PSTATE.PAN on every way in').toBe(false);
  }
});

test('riscv-virt: the kernel cannot touch user memory, and what is executable is not readable for that', async () => {
  for (const component of [undefined, 'client']) {
    const [status] = await registers('riscv-virt', ['sstatus'], component);
    expect(bit(status, 18), 'sstatus.SUM').toBe(false);
    expect(bit(status, 19), 'sstatus.MXR').toBe(false);
  }
});
