import { readFileSync } from 'node:fs';
import { bootSystem, everyMachine } from 'veridian/testing';
import { describe, expect, test } from 'vitest';
import { userSpace } from '../../arch/index.js';
import { limits } from '../../kernel/abi/index.js';
import { readDeclared } from '../../synth/verify/index.js';

type Place = 'code' | 'constants' | 'stack' | 'region' | 'dynamic';

/** Where the trespasser says that it has things, once each was found to be where the image says. */
async function trespass(machine: string, definition: string): Promise<Record<Place, bigint>> {
  const { lines, ending, code, system } = await bootSystem(import.meta.dirname, { machine, definition });
  expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  const image = system.output?.image ?? '';
  const { components, pageSize } = readDeclared(readFileSync(image), image);
  const one = components.find(({ path }) => path === 'protection/trespasser');
  if (!one) throw new Error('the image has no trespasser');
  const said = lines.filter((line) => line.startsWith('trespasser | ')).join('\n');
  const at = (words: string) => BigInt(new RegExp(`${words} (0x[0-9a-f]+)`).exec(said)?.[1] ?? 0);
  const places = {
    code: at('code'),
    constants: at('neither may be written at'),
    stack: at('stack'),
    region: at('region'),
    dynamic: at('dynamic'),
  };
  const bytes = (pages: number) => BigInt(pages * pageSize);
  const mapping = (address: bigint) =>
    one.mappings.find((run) => address >= run.address && address < run.address + bytes(run.pages));
  const flags = (address: bigint) => Number(mapping(address)?.flags ?? 0n);
  const [read, write, execute] = [limits.MAP_READ, limits.MAP_WRITE, limits.MAP_EXECUTE].map(Number) as [
    number,
    number,
    number,
  ];
  expect(flags(places.code)).toBe(read | execute);
  expect(flags(places.constants), 'what holds addresses is read-only all the same').toBe(read);
  expect(flags(places.stack)).toBe(read | write);
  expect(mapping(places.region)).toMatchObject({ address: places.region, source: Number(limits.SOURCE_REGION) });

  const faults = lines.flatMap((line) => {
    const [, number, kind, address] = /^warden +\| (\d): (\w+) fault at (0x[0-9a-f]+)$/.exec(line) ?? [];
    return address === undefined ? [] : [{ number: Number(number), kind, address: BigInt(address) }];
  });
  expect(faults.map(({ number, kind }) => [number, kind])).toEqual(
    Array.from({ length: 8 }, (_, number) => [number, 'memory']),
  );
  const [overflow, ...others] = faults.map(({ address }) => address);
  const bottom = mapping(places.stack)?.address ?? 0n;
  expect(overflow, 'the first page below the stack').toBeGreaterThanOrEqual(bottom - bytes(1));
  expect(overflow).toBeLessThan(bottom);
  const { code: text, constants, stack, region } = places;
  expect(others.slice(0, 5)).toEqual([constants, text, stack, region, 16n]);
  expect(others[5]).toBe(others[6]);
  return places;
}

describe.each(everyMachine)('on %s', (machine) => {
  test('nothing outside of what is mapped, and nothing against how, whatever the layout', async () => {
    const usual = await trespass(machine, 'main.ts');
    const seeded = await trespass(machine, 'seeded.ts');
    const fixed = await trespass(machine, 'fixed.ts');
    expect(await trespass(machine, 'main.ts'), 'the same seed, the same addresses').toEqual(usual);
    for (const place of Object.keys(usual) as Place[])
      expect(new Set([usual[place], seeded[place], fixed[place]]).size, `${place} has three places`).toBe(3);
    for (const { dynamic } of [usual, seeded, fixed]) {
      expect(dynamic).toBeGreaterThanOrEqual(limits.DYNAMIC_BASE);
      expect(dynamic).toBeLessThan(limits.DYNAMIC_END);
    }

    const arch = ({ q35: 'x86_64', virt: 'aarch64' } as const)[machine] ?? 'riscv64';
    const { stackTop } = userSpace({ arch });
    expect(fixed.code).toBeGreaterThanOrEqual(limits.PROGRAM_BASE);
    expect(fixed.code).toBeLessThan(limits.PROGRAM_END);
    expect(fixed.region).toBe(limits.REGIONS_BASE);
    expect(fixed.dynamic).toBe(limits.DYNAMIC_BASE);
    expect(fixed.stack).toBeLessThan(stackTop);
    expect(fixed.stack).toBeGreaterThanOrEqual(stackTop - limits.STACK_SIZE);
  });
});
