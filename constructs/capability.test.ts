import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capability } from './capability.js';
import { Endpoint } from './endpoint.js';
import { Files, mistakes, shop, untyped } from './fixture.js';

type Right = 'open' | 'read' | 'remove';
const all: readonly Right[] = ['open', 'read', 'remove'];

function filesOf(): { readonly files: Endpoint<'Files', Right>; readonly wrong: () => string[] } {
  const { app, system } = shop();
  return { files: new Endpoint(system, 'files', { interface: Files }), wrong: () => mistakes(app) };
}

const rights = fc.subarray([...all], { minLength: 1 }) as fc.Arbitrary<[Right, ...Right[]]>;

describe('a capability', () => {
  test('knows its object, kind and rights, each once', () => {
    const { files } = filesOf();
    const capability = files.grant('read', 'open', 'read');
    expect(capability.object).toBe(files);
    expect(capability.kind).toBe('Files');
    expect(capability.rights).toEqual(['read', 'open']);
  });

  test('is refused without a right and with a right that the kind has not', () => {
    const { files, wrong } = filesOf();
    (files.grant as () => unknown).call(files);
    files.grant(untyped('rename'));
    files.serve(untyped('delegate'));
    expect(wrong()).toEqual([
      'VRD0008 shop/files: no right | ',
      'VRD0009 shop/files: rename | open, read, remove, delegate',
      'VRD0009 shop/files: delegate | open, read, remove',
    ]);
  });
});

describe('derive', () => {
  test('gives exactly the rights asked for when they are among those held', () => {
    fc.assert(
      fc.property(rights, rights, (held, asked) => {
        const { files, wrong } = filesOf();
        const parent: Capability<'Files', Right> = files.grant(...held);
        const child = parent.derive(...asked);
        const narrows = asked.every((right) => held.includes(right));
        expect(child.rights).toEqual(asked);
        expect(child.object).toBe(files);
        expect(parent.rights).toEqual(held);
        const found = wrong();
        expect(found.some((mistake) => mistake.startsWith('VRD0010'))).toBe(!narrows);
        expect(found.length).toBe(narrows ? 0 : 1);
      }),
    );
  });

  test('never widens along a chain', () => {
    fc.assert(
      fc.property(fc.array(rights, { minLength: 1, maxLength: 6 }), (chain) => {
        const { files, wrong } = filesOf();
        let capability: Capability<'Files', Right> = files.grant('open', 'read', 'remove');
        const held = new Set<Right>(all);
        let widened = 0;
        for (const asked of chain) {
          if (asked.some((right) => !held.has(right))) widened += 1;
          capability = capability.derive(...asked);
          held.clear();
          for (const right of asked) held.add(right);
        }
        expect(wrong().length).toBe(widened);
      }),
    );
  });

  test('is refused without a right', () => {
    const { files, wrong } = filesOf();
    const open = files.grant('open');
    (open.derive as () => unknown).call(open);
    expect(wrong()).toEqual(['VRD0008 shop/files: no right | ']);
  });
});
