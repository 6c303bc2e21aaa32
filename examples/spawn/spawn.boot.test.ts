import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each(everyMachine)(
  'threads and processes are made out of a pool, run with what they were given, end, and leave nothing behind: %s',
  async (machine) => {
    const { lines: all, ending, code } = await bootSystem(import.meta.dirname, { machine });
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
