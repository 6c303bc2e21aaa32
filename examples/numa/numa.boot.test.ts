import { readFileSync } from 'node:fs';
import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { limits } from '../../kernel/abi/index.js';
import { synthesize } from '../../synth/pipeline/index.js';
import { silent } from '../../synth/toolchain/index.js';
import { bootAndAsk, readDeclared } from '../../synth/verify/index.js';

const MEBIBYTE = 1024 * 1024;
/** Where memory begins on each machine. */
const start: Readonly<Record<string, number>> = { q35: 0, virt: 0x4000_0000, 'riscv-virt': 0x8000_0000 };

test.each(everyMachine)('memory comes from the node that was asked for, and then from another: %s', async (name) => {
  const machine = `${name},nodes=2`;
  const { lines, ending, code } = await bootSystem(import.meta.dirname, { machine });
  expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  const nodes = lines.flatMap((line) => {
    const [, buffer, size, address] = /^surveyor \| (\w+): (\d+) MiB at (0x[0-9a-f]+)$/.exec(line) ?? [];
    if (buffer === undefined) return [];
    const first = (Number(address) - (start[name] ?? 0)) / (64 * MEBIBYTE);
    const last = first + (Number(size) - 1 / 4096) / 64;
    return [[buffer, Math.floor(first), Math.floor(last)]];
  });
  expect(nodes).toEqual([
    ['near', 0, 0],
    ['far', 1, 1],
    ['more', 0, 0],
  ]);
});

test.each(everyMachine)("a component's own memory is near its core, unless its zone says where: %s", async (name) => {
  const { systems } = await synthesize({
    project: import.meta.dirname,
    definition: 'placement.ts',
    machine: `${name},nodes=2`,
    reporter: silent,
    write: true,
  });
  const [system] = systems;
  const image = system?.output?.image ?? '';
  if (!system?.output) throw new Error('placement.ts does not synthesize');
  const { components, pageSize } = readDeclared(readFileSync(image), image);
  const { mappings } = await bootAndAsk({ graph: system.graph, image, expect: /(?:ready[\s\S]*){4}/, timeout: 60_000 });
  // How many pages of what each may write are on each node.
  const nodes = (path: string): number[] => {
    const counts = [0, 0];
    for (const { holder, pages, flags, physical } of mappings) {
      if (components[holder]?.path !== path || (flags & Number(limits.MAP_WRITE)) === 0) continue;
      for (let page = 0; page < pages; page++) {
        const address = Number(physical) + page * pageSize - (start[name] ?? 0);
        const node = Math.floor(address / (64 * MEBIBYTE));
        counts[node] = (counts[node] ?? 0) + 1;
      }
    }
    return counts;
  };
  const declared = (path: string): number =>
    components
      .filter((one) => one.path === path)
      .flatMap((one) => one.mappings.filter(({ flags }) => (Number(flags) & Number(limits.MAP_WRITE)) !== 0))
      .reduce((sum, { pages }) => sum + pages, 0);
  const own = declared('placement/here');
  expect(own, 'a stack and a message buffer').toBe((32 * 1024) / pageSize + 1);
  expect(nodes('placement/here')).toEqual([own, 0]);
  expect(nodes('placement/there')).toEqual([0, own]);
  expect(nodes('placement/away')).toEqual([own, 0]);
  const [near = 0, far = 0] = nodes('placement/vast').reverse();
  expect(near + far).toBe(declared('placement/vast'));
  expect(near, 'nearly all of the second node').toBeGreaterThan((60 * MEBIBYTE) / pageSize);
  expect(far).toBeGreaterThan(0);
});
