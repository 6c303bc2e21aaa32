import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each(everyMachine)(
  'long messages arrive, capabilities travel with fewer rights, and whoever waits for a server learns of its end: %s',
  async (machine) => {
    const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine });
    const of = (program: string) =>
      lines.filter((line) => line.startsWith(`${program} `)).map((line) => line.replace(/^\S+ +\| /, ''));
    expect(of('reader')).toEqual([
      'stored 2905 bytes, and they come back as they were',
      'a short one: "short"',
      'passed with all rights: 0x3, writable true',
      'passed to read alone: 0x1, writable false',
      'passed with more than held: Some(System(MissingRight))',
      'beyond the buffer: Some(System(BadArgument))',
      'to a component without a buffer: Some(System(NoBuffer))',
      'waited for the answer: Err(System(PeerGone))',
      'asked when it had ended: Some(System(PeerGone))',
      'the archivist: Normal(0)',
    ]);
    expect(of('latecomer')).toEqual(['waited in the queue: Err(System(PeerGone))']);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);
