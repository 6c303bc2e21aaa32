import { expect, test } from 'vitest';
import { buildElf } from '../elf/fixture.js';
import { readElf } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { kernelFile, kernelOffset } from './fixture.js';
import { buildImage } from './index.js';

const table = new Uint8Array(8192).fill(1);

test('the table is a segment of its own at the first page behind the kernel', () => {
  const kernel = readElf(kernelFile());
  const image = readElf(buildImage(kernelFile(), table));
  expect(image.entry).toBe(kernel.entry);
  expect(image.notes).toEqual(kernel.notes);
  expect(
    image.segments
      .slice(0, 2)
      .map(({ address, physical, data, memorySize }) => ({ address, physical, data, memorySize })),
  ).toEqual(
    kernel.segments.map(({ address, physical, data, memorySize }) => ({ address, physical, data, memorySize })),
  );
  const last = image.segments[2];
  expect(last?.physical).toBe(0x10_4000n);
  expect(last?.address).toBe(kernelOffset + 0x10_4000n);
  expect(last?.data).toEqual(table);
  expect([last?.writable, last?.executable]).toEqual([false, false]);
  for (const { address, offset } of image.segments) expect(BigInt(offset) % 4096n).toBe(address % 4096n);
});

test('a kernel that is none is refused', () => {
  expect(() => buildImage(new Uint8Array(100), table)).toThrow(ToolError);
  expect(() => buildImage(buildElf({ segments: [] }), table)).toThrow('the kernel has nothing to load');
});
