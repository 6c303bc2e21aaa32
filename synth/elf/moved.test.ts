import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildElf } from './fixture.js';
import { ElfError, elfMachines, moved, readElf } from './index.js';

const words = (...values: readonly bigint[]): Uint8Array => new Uint8Array(new BigUint64Array(values).buffer);
const [DYNAMIC, RELRO] = [2, 0x6474_e552];
const relatives = { x86_64: 8n, aarch64: 1027n, riscv64: 3n } as const;

interface Options {
  readonly machine?: keyof typeof elfMachines;
  /** Its relocations, three words each. */
  readonly list?: Uint8Array;
  readonly dynamic?: Uint8Array;
  readonly type?: number;
}

/** Code, a list of relocations, sealed data with an address at 0x402010, and data with another one at 0x403008. */
function program({ machine = 'x86_64', type = 3, ...options }: Options = {}): Uint8Array {
  const kind = relatives[machine];
  const list = options.list ?? words(0x40_2010n, kind, 0x40_0010n, 0x40_3008n, kind, 0x40_3000n);
  const dynamic = options.dynamic ?? words(7n, 0x40_1000n, 8n, BigInt(list.length), 9n, 24n, 0n, 0n);
  return buildElf({
    machine: elfMachines[machine],
    type,
    entry: 0x40_0010n,
    segments: [
      { address: 0x40_0010n, data: new Uint8Array(16), flags: 'rx' },
      { address: 0x40_1000n, data: list, flags: 'r' },
      { address: 0x40_2000n, data: new Uint8Array([...words(1n, 2n, 0n), ...dynamic]), flags: 'rw' },
      { address: 0x40_3000n, data: words(3n, 0n), memorySize: 0x100n, flags: 'rw' },
    ],
    headers: [
      { type: DYNAMIC, address: 0x40_2018n, size: dynamic.length },
      { type: RELRO, address: 0x40_2000n, size: 0x1000 },
    ],
  });
}

const word = (data: Uint8Array | undefined, at: number) =>
  new DataView(data?.buffer ?? new ArrayBuffer(0), data?.byteOffset).getBigUint64(at, true);

describe.each(Object.keys(elfMachines) as (keyof typeof elfMachines)[])('%s', (machine) => {
  test.each([0n, 0x12_3456_7000n])('moved by %d, every address is right and nothing else has changed', (slide) => {
    const elf = readElf(program({ machine }));
    const { entry, segments } = moved(elf, slide);
    expect(entry).toBe(0x40_0010n + slide);
    expect(segments.map(({ address }) => address - slide)).toEqual([0x40_0010n, 0x40_1000n, 0x40_2000n, 0x40_3000n]);
    const [, , sealed, data] = segments.map((one) => one.data);
    expect([0, 8, 16].map((at) => word(sealed, at))).toEqual([1n, 2n, 0x40_0010n + slide]);
    expect([0, 8].map((at) => word(data, at))).toEqual([3n, 0x40_3000n + slide]);
    expect(word(elf.segments[2]?.data, 16), 'the file itself stays as it is').toBe(0n);
  });
});

test('what is read-only after relocation is so from the start, and data is not', () => {
  const { segments } = readElf(program());
  expect(segments.map(({ writable }) => writable)).toEqual([false, false, false, true]);
});

function problem(options: Options): string {
  try {
    readElf(program(options));
  } catch (error) {
    if (error instanceof ElfError) return error.message;
    throw error;
  }
  return 'none';
}

test('what needs a loader, or relocates what is not there, is refused', () => {
  const list = (kind: bigint, at = 0x40_3008n) => ({ list: words(at, kind, 0n) });
  expect(problem(list(6n))).toMatch(/relocation of kind 0x6, which needs a loader/);
  expect(problem(list((1n << 32n) | 8n))).toMatch(/which needs a loader/);
  expect(problem(list(8n, 0x40_3009n))).toMatch(/a relocation at 0x403009, where the file gives nothing/);
  expect(problem(list(8n, 0x50_0000n))).toMatch(/where the file gives nothing/);
  expect(problem({ dynamic: words(7n, 0x60_0000n, 8n, 24n, 9n, 24n) })).toMatch(/its relocations at 0x600000/);
  expect(problem({ dynamic: words(7n, 0x40_1000n, 8n, 25n, 9n, 24n) })).toMatch(/relocations of an unknown size/);
  for (const tag of [1n, 17n, 23n, 36n]) expect(problem({ dynamic: words(tag, 1n) })).toMatch(/dynamically linked/);
  expect(problem({ type: 2 })).toMatch(/dynamically linked/);
  expect(problem({ dynamic: words(0n, 0n) })).toBe('none');
});

test('no damaged byte makes it fail in another way', () => {
  const whole = program();
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (position, value) => {
      const damaged = whole.slice();
      damaged[position] = value;
      try {
        moved(readElf(damaged), 0x5000n);
      } catch (error) {
        expect(error).toBeInstanceOf(ElfError);
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});
