import { describe, expect, test } from 'vitest';
import { machines, userSpace } from '../../arch/index.js';
import { limits } from '../../kernel/abi/index.js';
import { sample } from '../check/fixture.js';
import { Placement } from './placement.js';

const spaces = {
  q35: userSpace({ arch: 'x86_64' }),
  virt: userSpace({ arch: 'aarch64' }),
  'virt with 16 KiB': userSpace({ arch: 'aarch64', options: { granule: '16K' } }),
  'virt with 64 KiB': userSpace({ arch: 'aarch64', options: { granule: '64K' } }),
  sv39: userSpace(machines.riscvVirt()),
  sv48: userSpace(machines.riscvVirt({ paging: 'sv48' })),
};
const place = (space: (typeof spaces)['q35'], aslr?: string | false) =>
  new Placement({ ...sample().graph, ...(aslr === undefined ? {} : { aslr }) }, space);

describe.each(Object.entries(spaces))('%s', (_, space) => {
  const page = BigInt(space.pageSize);
  const table = page * (page / 8n);
  const size = { regions: 5n * page, stack: 4n * page };
  const all = Array.from({ length: 300 }, (__, seed) => {
    const placement = place(space, `seed ${seed}`);
    const slide = placement.program('web', limits.PROGRAM_BASE, limits.PROGRAM_BASE + 9n * page);
    return { code: limits.PROGRAM_BASE + slide, ...placement.component('shop/web', 'web', size) };
  });

  test('everything is on a page, in the part of the address space that is for it, and apart from the rest', () => {
    const window = 1n << 39n;
    for (const { code, regions, dynamic, stackTop } of all) {
      for (const address of [code, regions, dynamic, stackTop]) expect(address % page).toBe(0n);
      expect(code / window, 'program and regions share their upper tables').toBe(regions / window);
      expect(code % window).toBeGreaterThanOrEqual(limits.PROGRAM_END);
      expect((code % window) + 9n * page).toBeLessThanOrEqual(limits.REGIONS_BASE);
      expect(regions % window).toBeGreaterThanOrEqual(limits.REGIONS_BASE);
      expect((regions % window) + size.regions).toBeLessThanOrEqual(limits.DYNAMIC_BASE);
      expect(regions + size.regions).toBeLessThan(stackTop - size.stack);
      expect(dynamic).toBeGreaterThanOrEqual(limits.DYNAMIC_BASE);
      expect(dynamic).toBeLessThan((limits.DYNAMIC_BASE + limits.DYNAMIC_END) / 2n);
      expect(stackTop - size.stack).toBeGreaterThanOrEqual(space.stacks);
      expect(stackTop).toBeLessThanOrEqual(space.stackTop);
    }
  });

  test('what fits in one page table is in one, so that a layout costs no memory', () => {
    for (const { code, regions, stackTop } of all) {
      expect(code / table).toBe((code + 9n * page - 1n) / table);
      expect(regions / table).toBe((regions + size.regions - 1n) / table);
      expect((stackTop - size.stack) / table).toBe((stackTop - 1n) / table);
    }
  });

  test('no two of 300 seeds agree on a place', () => {
    // Of 2^20 places or more two in 300 can be the same; of fewer there would be many.
    for (const field of ['code', 'regions', 'dynamic', 'stackTop'] as const)
      expect(new Set(all.map((one) => one[field])).size).toBeGreaterThan(297);
  });
});

test('the default seed is the system’s path: the same every time, another one for another system', () => {
  const [slide] = [place(spaces.q35).program('web', 0x40_0000n, 0x40_9000n)];
  expect(place(spaces.q35).program('web', 0x40_0000n, 0x40_9000n)).toBe(slide);
  expect(place(spaces.q35, 'shop').program('web', 0x40_0000n, 0x40_9000n)).toBe(slide);
  expect(place(spaces.q35, 'shop2').program('web', 0x40_0000n, 0x40_9000n)).not.toBe(slide);
});

test('components of one program differ in all that is their own', () => {
  const placement = place(spaces.q35);
  const [one, two] = ['shop/a', 'shop/b'].map((path) =>
    placement.component(path, 'web', { regions: 1n, stack: 4096n }),
  );
  for (const field of ['regions', 'dynamic', 'stackTop'] as const) expect(one?.[field]).not.toBe(two?.[field]);
});

test('without it everything is where the seed’s layout has it', () => {
  const placement = place(spaces.q35, false);
  expect(placement.program('web', 0x40_0000n, 0x40_9000n)).toBe(0n);
  expect(placement.component('shop/web', 'web', { regions: 4096n, stack: 65536n })).toEqual({
    regions: limits.REGIONS_BASE,
    dynamic: limits.DYNAMIC_BASE,
    stackTop: 0x7fff_ffff_0000n,
  });
});

test('more regions than there is room to move them in begin where they can', () => {
  const placement = place(spaces.sv39);
  const { regions } = placement.component('shop/web', 'web', { regions: 1n << 40n, stack: 65536n });
  expect(regions).toBe(limits.REGIONS_BASE);
  const large = placement.component('shop/web', 'web', { regions: 1n << 30n, stack: 65536n }).regions;
  expect(large + (1n << 30n)).toBeLessThanOrEqual(limits.DYNAMIC_BASE);
});
