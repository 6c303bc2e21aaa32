import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each([...everyMachine, 'virt,gic=3'])(
  'four cores call, wake and stop each other, and take each other’s memory away: %s',
  async (machine) => {
    const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine, timeout: 240_000 });
    expect(lines.slice(1)).toEqual([
      'conductor | callers on 4 cores got every answer from the next core; a server was started anew meanwhile',
      'conductor | stopped 25 times while it ran on another core, and started anew',
      'conductor | took memory away 25 times from another core that wrote to it',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
  300_000,
);
