import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each(everyMachine)(
  'real time preempts, interactive wakes, and batch shares what is left by priority: %s',
  async (machine) => {
    const { console, ending, code } = await bootSystem(import.meta.dirname, { machine });
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
    const [, pulse, large, small] = /pulse (\d+) large (\d+) small (\d+)/.exec(console)?.map(Number) ?? [];
    if (pulse === undefined || large === undefined || small === undefined) throw new Error(console);
    // 150 at the most: 900 ms by 5 ms and the tick that a timeout is rounded up to.
    expect(pulse).toBeGreaterThan(50);
    expect(pulse).toBeLessThanOrEqual(180);
    expect(large / small).toBeGreaterThan(1.4);
    expect(large / small).toBeLessThan(2.8);
  },
);
