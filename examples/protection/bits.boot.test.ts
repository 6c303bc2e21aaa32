import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../synth/elf/index.js';
import { type Arch, kernelFile, packageRoot, run } from '../../synth/toolchain/index.js';
import { armTables, type Format, mappedPages, type Page, riscvTables, x86Tables } from './page-tables.js';

const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];

/** What GDB says on the way through these commands, after those that `veridian debug` gives it itself. */
async function gdb(example: string, machine: string, commands: readonly string[], component?: string): Promise<string> {
  const where = component === undefined ? [] : [component];
  const said = commands.flatMap((command) => ['--command', command]);
  const args = [...tool, 'debug', `examples/${example}`, ...where, '--machine', machine, '--batch', ...said];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: packageRoot, timeout: 180_000 });
  return `${stdout}\n${stderr}`;
}

/** Every value that a register has in what GDB says, in its order. */
function values(said: string, name: string): bigint[] {
  const found = [...said.matchAll(new RegExp(`^${name} +(0x[0-9a-f]+)`, 'gm'))].map(([, value = '']) => BigInt(value));
  if (found.length === 0) throw new Error(`GDB does not tell ${name}:\n${said}`);
  return found;
}

const bit = (value: bigint | undefined, number: number): boolean => ((value ?? 0n) >> BigInt(number)) % 2n === 1n;

/** What is expected of a core's registers, by architecture: their names, and what their values must say. */
const protection: Readonly<Record<Arch, { readonly names: readonly string[]; check(value: readonly bigint[]): void }>> =
  {
    x86_64: {
      names: ['cr0', 'cr4', 'efer'],
      check([cr0, cr4, efer]) {
        expect(bit(cr0, 16), 'CR0.WP').toBe(true);
        expect(bit(cr4, 11), 'CR4.UMIP').toBe(true);
        expect(bit(cr4, 20), 'CR4.SMEP').toBe(true);
        expect(bit(cr4, 21), 'CR4.SMAP').toBe(true);
        expect(bit(efer, 11), 'EFER.NXE').toBe(true);
      },
    },
    aarch64: {
      names: ['SCTLR', 'cpsr'],
      check([control, state]) {
        expect(bit(control, 19), 'SCTLR_EL1.WXN').toBe(true);
        expect(bit(control, 23), 'SCTLR_EL1.SPAN: 0 sets PSTATE.PAN on every way in').toBe(false);
        const inKernel = ((state ?? 0n) & 0xfn) !== 0n;
        if (inKernel) expect(bit(state, 22), 'PSTATE.PAN in the kernel').toBe(true);
      },
    },
    riscv64: {
      names: ['sstatus'],
      check([status]) {
        expect(bit(status, 18), 'sstatus.SUM').toBe(false);
        expect(bit(status, 19), 'sstatus.MXR').toBe(false);
      },
    },
  };

const archOf = (machine: string): Arch =>
  machine.startsWith('virt') ? 'aarch64' : machine.startsWith('riscv') ? 'riscv64' : 'x86_64';

test.each(['q35', 'virt', 'riscv-virt'])(
  'the processor protects kernel and user memory while a component runs: %s',
  async (machine) => {
    const { names, check } = protection[archOf(machine)];
    const said = await gdb('hello', machine, [`info registers ${names.join(' ')}`], 'client');
    check(names.map((name) => values(said, name)[0] ?? 0n));
  },
);

/** Of examples/cores. */
const CORES = 4;
const MEMORY = 64n << 20n;
const KERNEL_STACK = 16n << 10n;

/** By architecture: where memory begins, the stack pointer, and the registers that say where page tables are. */
const seen: Readonly<
  Record<Arch, { readonly memory: bigint; readonly stack: string; readonly tables: readonly string[] }>
> = {
  x86_64: { memory: 0n, stack: 'rsp', tables: ['cr3'] },
  aarch64: { memory: 0x4000_0000n, stack: 'sp', tables: ['TTBR1_EL1', 'TCR_EL1'] },
  riscv64: { memory: 0x8000_0000n, stack: 'sp', tables: ['satp'] },
};

function formatOf(arch: Arch, [root = 0n, control = 0n]: readonly bigint[]): Format {
  if (arch === 'aarch64') return armTables(root, control);
  return arch === 'riscv64' ? riscvTables(root) : x86Tables(root);
}

/** A machine whose four cores have all come to the kernel. */
interface Stopped {
  /** Values of the registers of `protection`, of each core. */
  readonly registers: readonly (readonly bigint[])[];
  /** The stack pointer of each core in the kernel, the first one's first. */
  readonly stacks: readonly bigint[];
  /** The kernel's address space. */
  readonly pages: readonly Page[];
}

/** Stops examples/cores first in the kernel's start, then wherever another core comes to its own. */
async function stopped(machine: string): Promise<Stopped> {
  const arch = archOf(machine);
  const { names } = protection[arch];
  const { memory, stack, tables } = seen[arch];
  const folder = mkdtempSync(join(tmpdir(), 'veridian-protection-'));
  try {
    const file = join(folder, 'memory');
    const where = `info registers ${[stack, ...tables].join(' ')}`;
    const others = Array.from({ length: CORES - 1 }, () => ['continue', where]);
    const said = await gdb('cores', machine, [
      where,
      'hbreak kernel_core_main',
      ...others.flat(),
      `thread apply all info registers ${names.join(' ')}`,
      `monitor pmemsave 0x${memory.toString(16)} 0x${MEMORY.toString(16)} "${file}"`,
    ]);
    const columns = names.map((name) => values(said, name));
    const roots = tables.map((name) => values(said, name));
    for (const root of roots) expect(new Set(root).size, 'all cores begin with the same tables').toBe(1);
    const format = formatOf(
      arch,
      roots.map(([first = 0n]) => first),
    );
    return {
      registers: (columns[0] ?? []).map((_, core) => columns.map((column) => column[core] ?? 0n)),
      stacks: values(said, stack),
      pages: [...mappedPages({ start: memory, bytes: readFileSync(file) }, format)],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const shown = ({ address, size, write, execute, user }: Page): string =>
  `0x${address.toString(16)} of ${size} bytes: ${[write && 'write', execute && 'execute', user && 'user'].filter(Boolean).join(' ')}`;

describe.each(['q35', 'virt', 'virt,granule=64K', 'riscv-virt', 'riscv-virt,paging=sv48'])('%s', (machine) => {
  const arch = archOf(machine);
  let machineStopped: Promise<Stopped> | undefined;
  const state = (): Promise<Stopped> => {
    machineStopped ??= stopped(machine);
    return machineStopped;
  };

  test('every core protects kernel and user memory', async () => {
    const { registers } = await state();
    expect(registers).toHaveLength(CORES);
    for (const core of registers) protection[arch].check(core);
  });

  test('of the kernel, its code alone is executable, and neither that nor its constants are writable at any address', async () => {
    const { pages } = await state();
    const { segments } = readElf(readFileSync(await kernelFile(arch)));
    const [code, constants, data] = segments.map(({ address }) => address);
    if (code === undefined || constants === undefined || data === undefined)
      throw new Error('the kernel has three segments');
    const within = (from: bigint, to: bigint) => pages.filter(({ address }) => address >= from && address < to);
    expect(pages.filter(({ user }) => user).map(shown), 'nobody runs yet').toEqual([]);
    expect(pages.filter(({ write, execute }) => write && execute).map(shown)).toEqual([]);
    expect(pages.filter(({ execute }) => execute)).toEqual(within(code, constants));
    const readOnly = within(code, data);
    const bytes = (list: readonly Page[]) => list.reduce((sum, { size }) => sum + size, 0n);
    expect(bytes(readOnly), 'all of both is mapped').toBe(data - code);
    const aliases = pages.filter((page) =>
      readOnly.some(({ physical, size }) => page.physical < physical + size && physical < page.physical + page.size),
    );
    expect(bytes(aliases), 'there, and where the kernel sees all memory').toBeGreaterThanOrEqual(2n * bytes(readOnly));
    expect(aliases.filter(({ write }) => write).map(shown)).toEqual([]);
    expect(
      pages.some(({ address, write }) => address >= data && write),
      'its data is',
    ).toBe(true);
  });

  test('below the kernel stack of every core nothing is mapped', async () => {
    const { pages, stacks } = await state();
    const at = (address: bigint) => pages.find((page) => address >= page.address && address < page.address + page.size);
    expect(stacks).toHaveLength(CORES);
    const bottoms = stacks.map((stack) => {
      let bottom = stack;
      for (let page = at(bottom - 1n); page !== undefined; page = at(bottom - 1n)) {
        expect({ write: page.write, execute: page.execute }).toEqual({ write: true, execute: false });
        bottom = page.address;
      }
      expect(stack - bottom, 'the stack ends before there is another').toBeLessThanOrEqual(KERNEL_STACK);
      expect(stack).toBeGreaterThan(bottom);
      return bottom;
    });
    expect(new Set(bottoms).size).toBe(CORES);
  });
});
