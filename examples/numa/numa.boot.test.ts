import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

const MEBIBYTE = 1024 * 1024;
/** Where memory begins on each machine. */
const start: Readonly<Record<string, number>> = { q35: 0, virt: 0x4000_0000, 'riscv-virt': 0x8000_0000 };

test.each(everyMachine)('memory comes from the node that was asked for, and then from another: %s', async (name) => {
  const machine = `${name},nodes=2`;
  const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine });
  expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  const nodes = lines.flatMap((line) => {
    const [, buffer, size, address] = /^surveyor \| (\w+): (\d+) MiB at (0x[0-9a-f]+)$/.exec(line) ?? [];
    if (buffer === undefined) return [];
    const first = (Number(address) - (start[name] ?? 0)) / (64 * MEBIBYTE);
    const last = first + (Number(size) - 1 / 4096) / 64;
    return [[buffer, Math.floor(first), Math.floor(last)]];
  });
  expect(nodes).toEqual([
    ['near', 0, 0],
    ['far', 1, 1],
    ['more', 0, 0],
  ]);
});
