import { join } from 'node:path';
import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { machinesByName } from '../../arch/index.js';
import { consoleFigures } from '../../synth/bench/figure.js';
import { type Bootable, instructionsToFirstUser } from '../../synth/bench/first-user.js';
import { kernelBytes } from '../../synth/bench/index.js';

/**
 * Most instructions that the kernel may take, on x86_64, AArch64 and RISC-V; other kernels' figures are in
 * synth/bench/anchors.json.
 */
const most: Readonly<Record<string, Readonly<Record<string, readonly [number, number, number]>>>> = {
  'main.ts': {
    'syscall.null': [45, 50, 60],
    'ipc.call_reply.0': [200, 200, 265],
    'ipc.call_reply.64': [230, 230, 300],
    'notify.signal': [100, 100, 130],
    'cap.derive': [200, 200, 260],
    'cap.revoke.1': [300, 300, 400],
    'memory.map': [300, 300, 400],
  },
  'switches.ts': {
    'thread.yield': [200, 200, 265],
    'fault.resume': [600, 600, 800],
    'ipc.call_reply.4096': [2_500, 4_000, 4_500],
    'memory.allocate': [1_200, 1_200, 1_200],
    'object.create': [300, 300, 400],
  },
  'latency.ts': {
    'interrupt.device': [500, 500, 700],
    'interrupt.tick': [600, 600, 1_100],
    'interrupt.worst': [11_000, 11_000, 13_000],
    'interrupt.off': [10_500, 10_500, 12_000],
  },
};

/** Most bytes of the kernel as it is loaded. */
const mostBytes = 96 * 1024;

/** Figures that a definition prints on a machine, in instructions. */
async function printed(definition: string, machine: string): Promise<Map<string, number>> {
  const options = { definition, machine, icount: 0, timeout: 120_000 };
  const { console, code } = await bootSystem(import.meta.dirname, options);
  expect(code).toBe(0);
  return new Map(consoleFigures(console).map(({ name, value }) => [name, value]));
}

const runs = Object.entries(most).flatMap(([definition, budgets]) =>
  everyMachine.map((machine, place) => ({ definition, budgets, machine, place })),
);

test.each(runs)('the kernel stays within its budget: $definition on $machine', async (run) => {
  const { definition, budgets, machine, place } = run;
  const figures = await printed(definition, machine);
  const over = Object.entries(budgets).flatMap(([name, limits]) => {
    const [value = Number.NaN, limit = 0] = [figures.get(name), limits[place]];
    return value > 0 && value <= limit ? [] : [`${name} ${value} of ${limit}`];
  });
  expect(over).toEqual([]);
});

test.each(everyMachine)('the kernel is small enough on %s', async (name) => {
  const arch = machinesByName.get(name)?.({}).arch;
  expect(arch).toBeDefined();
  const bytes = arch === undefined ? Number.NaN : await kernelBytes(arch);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(mostBytes);
});

/** How many components there are besides those that measure. */
const counts = [10, 1_000, 10_000];
/** Most that a figure may be with any of these counts, as a multiple of what it is with another one. */
const flat: Readonly<Record<string, number>> = {
  'ipc.call_reply.0': 1.05,
  'thread.yield': 1.05,
  // A page is a frame of a block that is broken up, or of one that is broken up already.
  'memory.allocate': 2,
};

/** Most instructions that a tick may keep interrupts off, on x86_64, AArch64 and RISC-V, however many wake at it. */
const mostAtWaking = [10_000, 8_000, 11_500] as const;

test.each(everyMachine)(
  'what the kernel does takes as long with 10,000 components as with 10: on %s',
  async (machine) => {
    const runs: Map<string, number>[] = [];
    for (const count of counts) runs.push(await printed(`crowd-${count}.ts`, machine));
    const figures = (name: string): number[] =>
      counts.map((count, run) => runs[run]?.get(`${name}@${count}`) ?? Number.NaN);
    for (const [name, factor] of Object.entries(flat)) {
      const values = figures(name);
      expect(Math.min(...values), name).toBeGreaterThan(0);
      expect(Math.max(...values) / Math.min(...values), name).toBeLessThanOrEqual(factor);
    }
    for (const value of figures('interrupt.crowd')) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(mostAtWaking[everyMachine.indexOf(machine)] ?? Number.NaN);
    }
    // All that was derived goes, so that it takes as long as there is of it, and no longer.
    const each = figures('cap.revoke').map((instructions, run) => instructions / (counts[run] ?? Number.NaN));
    expect(Math.min(...each)).toBeGreaterThan(0);
    expect(Math.max(...each) / Math.min(...each)).toBeLessThanOrEqual(1.5);
  },
  300_000,
);

test.each([
  ['q35', 300_000],
  ['virt', 300_000],
  ['riscv-virt', 135_000],
])('the first instruction of examples/hello comes after few of the kernel: %s', async (machine, limit) => {
  const { system } = await bootSystem(join(import.meta.dirname, '../hello'), { machine, expect: /^veridian /m });
  const bootable = { machine: system.graph.machine as Bootable['machine'], image: system.output?.image ?? '' };
  const instructions = await instructionsToFirstUser(bootable);
  expect(instructions).toBeGreaterThan(0);
  expect(instructions).toBeLessThanOrEqual(limit);
});
