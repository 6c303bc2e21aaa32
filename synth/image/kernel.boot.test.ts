import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readElf } from '../elf/index.js';
import { arches, kernelFile } from '../toolchain/index.js';

/** Bytes of the largest pages. */
const pages = { x86_64: 0x1000n, aarch64: 0x1_0000n, riscv64: 0x1000n } as const;

test.each(arches)('no segment of the kernel is writable and executable, and none shares a page: %s', async (arch) => {
  const page = pages[arch];
  const kernel = readElf(readFileSync(await kernelFile(arch)));
  const access = kernel.segments.map(({ readable, writable, executable }) =>
    [readable && 'r', writable && 'w', executable && 'x'].filter(Boolean).join(''),
  );
  expect(access).toEqual(['rx', 'r', 'rw']);
  const taken = kernel.segments.map(({ address, memorySize }) => [address / page, (address + memorySize - 1n) / page]);
  for (const [index, [first = 0n]] of taken.entries()) expect(first).toBeGreaterThan(taken[index - 1]?.[1] ?? -1n);
});

test('the kernel ends where the boot table is put, and says where it is entered by PVH', async () => {
  const kernel = readElf(readFileSync(await kernelFile('x86_64')));
  const last = kernel.segments.at(-1);
  const end = (last?.address ?? 0n) + (last?.memorySize ?? 0n);
  expect(end % pages.x86_64).toBe(0n);
  expect(kernel.symbol('__kernel_end')).toBe(end);
  const entry = kernel.notes.find(({ owner, type }) => owner === 'Xen' && type === 18);
  const address = new DataView(Uint8Array.from(entry?.description ?? []).buffer).getBigUint64(0, true);
  const text = kernel.segments[0];
  expect(address).toBeGreaterThanOrEqual(text?.physical ?? 0n);
  expect(address).toBeLessThan((text?.physical ?? 0n) + (text?.memorySize ?? 0n));
});
