import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildElf } from './fixture.js';
import { ElfError, readElf } from './index.js';

const code = new Uint8Array([1, 2, 3, 4]);
const small = (): Uint8Array =>
  buildElf({
    entry: 0x40_0010n,
    segments: [
      { address: 0x40_1000n, data: code, memorySize: 0x2000n, flags: 'rw' },
      { address: 0x40_0010n, data: code, flags: 'rx' },
    ],
    notes: [{ owner: 'Veridian', type: 1, description: new TextEncoder().encode('hello') }],
  });

function problem(bytes: Uint8Array): string {
  try {
    readElf(bytes);
  } catch (error) {
    if (error instanceof ElfError) return `${error.problem}: ${error.message}`;
    throw error;
  }
  return 'none';
}

test('segments in order of address, notes and entry', () => {
  const elf = readElf(small());
  expect(elf.entry).toBe(0x40_0010n);
  expect(
    elf.segments.map(({ address, memorySize, writable, executable }) => [address, memorySize, writable, executable]),
  ).toEqual([
    [0x40_0010n, 4n, false, true],
    [0x40_1000n, 0x2000n, true, false],
  ]);
  expect(elf.segments[0]?.data).toEqual(code);
  expect(elf.notes).toEqual([{ owner: 'Veridian', type: 1, description: new TextEncoder().encode('hello') }]);
  expect(elf.symbol('__kernel_end')).toBeUndefined();
});

test('what is no usable ELF file says why', () => {
  expect(problem(new TextEncoder().encode('#!/bin/sh\n'))).toBe('not-elf: is no ELF file: it starts with 23 21 2f 62');
  expect(problem(new Uint8Array())).toBe('not-elf: is empty');
  expect(problem(small().subarray(0, 20))).toMatch(/^truncated: is cut off: the ELF header/);
  expect(problem(small().subarray(0, 0x1002))).toMatch(/^truncated: is cut off: segment 0 ends/);
  const narrow = small();
  narrow[4] = 1;
  expect(problem(narrow)).toMatch(/^machine: is not a 64-bit/);
  const overlapping = buildElf({
    segments: [
      { address: 0x40_0000n, data: code, memorySize: 0x1001n, flags: 'r' },
      { address: 0x40_1000n, data: code, flags: 'r' },
    ],
  });
  expect(problem(overlapping)).toBe('malformed: has two segments at 0x401000');
});

test('damage never causes anything but an ElfError', () => {
  const good = small();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(good.length),
      (changes, length) => {
        const bad = good.slice(0, Math.max(length, 64));
        for (const [at, value] of changes) if (at < bad.length) bad[at] = value;
        try {
          const { notes, symbol } = readElf(bad);
          symbol('x');
          expect(notes.length).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
        }
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});
