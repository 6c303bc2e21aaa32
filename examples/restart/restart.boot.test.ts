import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each([...everyMachine, 'virt,granule=16K', 'virt,gic=3,granule=64K'])(
  'a worker that crashes is started anew with nothing in its memory, and its client is served on: %s',
  async (machine) => {
    const { lines: all, ending, code } = await bootSystem(import.meta.dirname, { machine });
    const [, ...lines] = all;
    const of = (program: string): string[] => lines.filter((line) => line.startsWith(program));
    expect(of('client')).toEqual([
      'client   | 210 / 7 = 30 (request 1)',
      'client   | 210 / 0: the worker is gone',
      'client   | 210 / 6 = 35 (request 1)',
      'client   | 210 / 5 = 42 (request 2)',
      'client   | 210 / 0: the worker is gone',
      'client   | 210 / 3 = 70 (request 1)',
    ]);
    expect(of('keeper')).toEqual(Array(2).fill('keeper   | worker crashed (fault 1): restarted'));
    expect(of('worker')).toEqual(Array(3).fill('worker   | ready'));
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);
