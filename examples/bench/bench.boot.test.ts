import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

/** Most instructions that the kernel may take; other kernels' figures are in synth/bench/anchors.json. */
const most = { 'syscall.null': 60, 'ipc.call_reply.0': 275, 'ipc.call_reply.64': 275 };

test.each(everyMachine)('the kernel stays within its instruction budget: %s', async (machine) => {
  const { console, code } = await bootSystem(import.meta.dirname, { machine, icount: 0 });
  expect(code).toBe(0);
  const figures = new Map(
    [...console.matchAll(/^meter {4}\| bench (\S+) (\d+)\r?$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  expect([...figures.keys()]).toEqual(expect.arrayContaining([...Object.keys(most), 'boot.first_user']));
  for (const [name, limit] of Object.entries(most)) {
    expect(figures.get(name), name).toBeGreaterThan(0);
    expect(figures.get(name), name).toBeLessThanOrEqual(limit);
  }
});
