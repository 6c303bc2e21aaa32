import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

// Alone, and on another core than the one that the machine starts with.
const places = everyMachine.flatMap((machine) => [
  { definition: 'main.ts', machine },
  { definition: 'elsewhere.ts', machine },
]);

test.each(places)(
  'threads and processes are made out of a pool, run with what they were given, end, and leave nothing behind: $definition on $machine',
  async (place) => {
    const { lines: all, ending, code } = await bootSystem(import.meta.dirname, place);
    const [, ...lines] = all;
    expect(lines.map((line) => line.replace('maker    | ', ''))).toEqual([
      'the pool is whole: true',
      'a thread of its own answers 2',
      'the process: Normal(42)',
      'the thread: Normal(5)',
      'the process: Crash(1)',
      'scheduled true, off false, on true, blocked false, woken true',
      'the thread: Stopped',
      'without the right: Err(MissingRight)',
      'one space too many: Err(System(NoMemory))',
      'more urgent than its maker: Err(System(BadArgument))',
      'an address space in another table: Err(System(WrongKind))',
      'what can be written: Err(BadArgument)',
      'memory as code: Err(System(BadArgument))',
      'an interrupt: Err(BadArgument)',
      'all is back: true',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);

test.each(everyMachine)(
  'whoever makes is killed from another core in the middle of it, with all that it made: %s',
  async (machine) => {
    const given = { definition: 'killed.ts', machine, timeout: 120_000 };
    const { lines, ending, code } = await bootSystem(import.meta.dirname, given);
    expect(lines.slice(1)).toEqual([
      'keeper   | killed 20 times with all that it made, started anew, and its server still says 42',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
  150_000,
);
