import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

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
    // The bar is 135,000 on RISC-V, which CAVEATS.md says is not held.
    'boot.first_user': [300_000, 300_000, 145_000],
  },
  'switches.ts': {
    'thread.yield': [200, 200, 265],
    'fault.resume': [600, 600, 800],
  },
};

const runs = Object.entries(most).flatMap(([definition, budgets]) =>
  everyMachine.map((machine, place) => ({ definition, budgets, machine, place })),
);

test.each(runs)('the kernel stays within its budget: $definition on $machine', async (run) => {
  const { definition, budgets, machine, place } = run;
  const { console, code } = await bootSystem(import.meta.dirname, { definition, machine, icount: 0 });
  expect(code).toBe(0);
  const figures = new Map(
    [...console.matchAll(/^meter {4}\| bench (\S+) (\d+)\r?$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
  const over = Object.entries(budgets).flatMap(([name, limits]) => {
    const [value = Number.NaN, limit = 0] = [figures.get(name), limits[place]];
    return value > 0 && value <= limit ? [] : [`${name} ${value} of ${limit}`];
  });
  expect(over).toEqual([]);
});
