import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each(everyMachine)(
  'a timer comes once and not early, again when armed again, and not when disarmed by whatever does so: %s',
  async (machine) => {
    const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine, icount: 0 });
    const of = (program: string): string[] =>
      lines.flatMap((line) => (line.startsWith(program) ? [line.slice(line.indexOf('|') + 2)] : []));
    expect(of('sleeper')).toEqual([
      'armed for 20: bits 0b1, early false',
      'once: TimedOut',
      'armed again: some were left of 10',
      'after 40 of 80: TimedOut',
      'after 120 of 80: bits 0b1',
      'disarmed: some were left, then 0',
      'disarmed: TimedOut',
      'the shorter of two: bits 0b10',
      'the longer of two: bits 0b1',
      'both, while nobody waited: bits 0b11',
      'without the right: MissingRight',
      'of another kind: WrongKind',
      'forged: BadToken',
      'refused: TimedOut',
      'revoked: TimedOut',
      'armed through the parent, child revoked: bits 0b1',
      "while the worker waits: the worker's",
      'the worker has ended: Normal(0)',
      'ended: TimedOut',
      'stopped: TimedOut',
      'started anew: TimedOut',
      'pulse: 4 beats, 0 of them early',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);
