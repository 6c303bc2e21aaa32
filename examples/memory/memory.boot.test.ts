import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { userSpace } from '../../arch/index.js';

test.each([...everyMachine, 'virt,granule=16K', 'virt,granule=64K'])(
  'memory is taken, lent with fewer rights, taken back from whoever had it, and all there again: %s',
  async (machine) => {
    const { lines: all, ending, code, system } = await bootSystem(import.meta.dirname, { machine });
    const [, ...lines] = all;
    const words = (16 * userSpace(system.graph.machine).pageSize) / 8;
    // 128 pages, some of which become page tables.
    expect(lines).toEqual([
      'lender   | the pool has 7 regions of 16 pages',
      'lender   | the pool has 7 regions of 16 pages',
      'lender   | what it gives is zeroed',
      `lender   | the borrower read ${(words * (words - 1)) / 2}, which is true`,
      'lender   | more rights than lent: Err(MissingRight)',
      'lender   | taken back: Err(System(PeerGone))',
      'lender   | the borrower: Crash(1)',
      'lender   | the pool has 7 regions of 16 pages',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);
