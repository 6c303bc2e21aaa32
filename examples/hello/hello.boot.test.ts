import { bootSystem, everyVariant } from 'veridian/testing';
import { expect, test } from 'vitest';

test.each(everyVariant)(
  'hello greets over a typed endpoint, shares a region without a copy, and powers off with code 0: %s',
  async (machine) => {
    const { system, lines, ending, code } = await bootSystem(import.meta.dirname, { machine });
    const [boot, ...others] = lines;
    const { arch } = system.graph.machine;
    expect(boot).toMatch(new RegExp(`^veridian \\S+ ${arch} abi [0-9a-f]{8} graph [0-9a-f]{8}$`));
    expect(others).toEqual([
      'greeter  | ready',
      'client   | sent "hello", got "hello, client" (64 bytes, 1 call)',
      'client   | read 65536 bytes where greeter wrote them, 8192 of 8192 words as expected',
    ]);
    expect({ ending, code }).toEqual({ ending: 'powered-off', code: 0 });
  },
);

// A Cortex-A57 has pages of 4 and 64 KiB, and none of 16; on the others emulation has all three.
test.each([
  ['virt', 0],
  ['virt,granule=16K', 100],
  ['virt,gic=3,granule=64K', 0],
] as const)('pages that the processor has not are refused: %s on a Cortex-A57', async (machine, expected) => {
  const { lines, code } = await bootSystem(import.meta.dirname, { machine, processor: 'cortex-a57' });
  expect(code).toBe(expected);
  const refusal = "veridian: boot table refused: header[0].page_size: not this machine's";
  if (expected === 100) expect(lines).toEqual([refusal]);
  else expect(lines).not.toContain(refusal);
});
