import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

/** Ten million system calls; `long.ts` makes a hundred million. */
test.each(everyMachine)(
  'random system calls leave nothing behind: %s',
  async (machine) => {
    const { lines, code, console } = await bootSystem(import.meta.dirname, { machine, timeout: 900_000 });
    expect(console).not.toContain('fatal');
    const [, calls, allowed] = /^keeper {3}\| (\d+) calls in 551 lives, (\d+) allowed$/.exec(lines.at(-4) ?? '') ?? [];
    expect(Number(calls)).toBeGreaterThan(10_000_000);
    expect(Number(allowed)).toBeGreaterThan(Number(calls) / 50);
    expect(lines.at(-1)).toBe('keeper   | nothing is left, the bystander still answers');
    expect(code).toBe(0);
  },
  900_000,
);
