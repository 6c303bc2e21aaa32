import { bootSystem, everyMachine, type SystemRun } from 'veridian/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Kind, kinds, type RightDefinition, type SystemCall, systemCalls } from '../../kernel/abi/index.js';

const calls = Object.entries<SystemCall>(systemCalls);
const withToken = calls.filter(([, call]) => call.object !== undefined);
const objects = withToken.filter((call): call is [string, SystemCall & { object: Kind }] => call[1].object !== 'any');
const withoutToken = calls.filter(([, call]) => call.object === undefined);

describe.each([...everyMachine, 'virt,granule=64K'])('%s', (machine) => {
  let run: SystemRun;
  let lines: readonly string[];
  /** Kinds of objects that this machine can have: only a PC has ports. */
  const there = (Object.keys(kinds) as Kind[]).filter((kind) => machine === 'q35' || kind !== 'IoPorts');

  beforeAll(async () => {
    run = await bootSystem(import.meta.dirname, { machine });
    ({ lines } = run);
  });

  /** What the probe printed of one call: how it was tried, and what came of it. */
  function attempts(name: string): { how: string; result: string }[] {
    const line = new RegExp(`^probe    \\| denied  ${name} +(\\S.*?) {2,}(\\S.*)$`);
    return lines.flatMap((text) => {
      const [, how, result] = line.exec(text) ?? [];
      return how === undefined || result === undefined ? [] : [{ how, result }];
    });
  }

  test.each(withToken)('%s: forged, foreign and stale tokens are refused', (name) => {
    const tried = attempts(name);
    const results = (start: string) => [
      ...new Set(tried.filter(({ how }) => how.startsWith(start)).map(({ result }) => result)),
    ];
    expect(results('forged: ')).toEqual(expect.arrayContaining(['BadToken']));
    expect(results('token of another component')).toEqual(['BadToken']);
    expect(results('stale: dropped')).toEqual(['StaleToken']);
    expect(results('stale: revoked')).toEqual(['StaleToken']);
  });

  test.each(objects)('%s: every other kind of object is refused', (name, { object }) => {
    const expected = there
      .filter((kind) => kind !== object)
      .map((kind) => ({ how: `kind ${kind}`, result: 'WrongKind' }));
    expect(attempts(name)).toEqual(expect.arrayContaining(expected));
  });

  const narrowable = objects.filter(([, { object, rights }]) => rights !== undefined && there.includes(object));

  test.each(narrowable)('%s: every missing right is refused', (name, { object, rights = [] }) => {
    const known: Readonly<Record<string, RightDefinition>> = kinds[object].rights;
    expect(attempts(name)).toEqual(
      expect.arrayContaining([
        { how: 'without any right', result: 'MissingRight' },
        ...rights.flatMap((right) => [
          { how: `without right ${known[right]?.bit}`, result: 'MissingRight' },
          { how: `right ${known[right]?.bit} put back`, result: 'BadToken' },
        ]),
      ]),
    );
  });

  test.each(['capability_derive', 'capability_validate'])('%s: nothing widens, of any kind', (name) => {
    const bits = Array.from({ length: 17 }, (_, bit) => bit);
    const expected = there.flatMap((kind) =>
      bits.map((bit) => ({ how: `${kind} right ${bit}`, result: 'MissingRight' })),
    );
    expect(attempts(name)).toEqual(expect.arrayContaining(expected));
  });

  test.each(['capability_revoke', 'capability_drop'])('%s: a narrowed capability does not reach its parent', (name) => {
    const expected = there.map((kind) => ({ how: `aimed at parent ${kind}`, result: 'no effect' }));
    expect(attempts(name)).toEqual(expect.arrayContaining(expected));
  });

  test('reply: replies to calls that nobody made are refused', () => {
    expect(new Set(attempts('reply').map(({ result }) => result))).toEqual(new Set(['BadReply']));
    expect(attempts('reply_receive')).toContainEqual({ how: 'forged reply token', result: 'BadReply' });
  });

  test('calls that take no token reach nobody but their caller', () => {
    const open = withoutToken.map(([name]) => name).filter((name) => name !== 'reply');
    const told = lines.flatMap((line) => /^probe {4}\| open {4}(\S+)/.exec(line)?.[1] ?? []);
    expect(told).toEqual(open);
  });

  test('every attempt is refused, faults are told, the rest of the system runs on', () => {
    expect(run.console).not.toMatch(/ALLOWED|WRONG/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^supervisor \| component \d+ faulted: memory at 0xffffffff80100000, stopped$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^supervisor \| component \d+ faulted: instruction at 0x0, stopped$/),
    );
    const [answers, faults, total] = lines.slice(-3);
    expect(answers).toBe('probe    | bystander still answers');
    expect(faults).toBe('probe    | supervisor was told of 2 faults');
    const [, refused, tried] = /^probe {4}\| refused (\d+) of (\d+)$/.exec(total ?? '') ?? [];
    expect(refused).toBe(tried);
    expect(Number(tried)).toBe(lines.filter((line) => line.startsWith('probe    | denied ')).length);
    expect(run.code).toBe(0);
  });
});
