import { expect, test } from 'vitest';
import { graphText } from '../../constructs/graph/index.js';
import { sample } from '../check/fixture.js';
import { buildElf } from '../elf/fixture.js';
import { elfMachines } from '../elf/index.js';
import { inspectImage } from '../inspect/index.js';
import { encodeTable, layOut } from '../layout/index.js';
import { buildImage, tableIn } from './index.js';

const base = 0x4020_0000n;
const offset = 0xffff_ffff_8000_0000n;

/** A kernel of AArch64 whose header puts the table at `tableOffset`. */
function kernel(tableOffset: bigint, magic = 0x644d_5241): Uint8Array {
  const text = new Uint8Array(0x1000).fill(0x11);
  const view = new DataView(text.buffer);
  view.setUint32(56, magic, true);
  view.setBigUint64(64, tableOffset, true);
  return buildElf({
    machine: elfMachines.aarch64,
    segments: [
      { address: offset + base, physical: base, data: text, flags: 'rx' },
      {
        address: offset + base + 0x1000n,
        physical: base + 0x1000n,
        data: new Uint8Array(9),
        memorySize: 0x1000n,
        flags: 'rw',
      },
    ],
  });
}

const { graph, natives } = sample();
const table = encodeTable(layOut(graph, natives));

test('the image is the memory of the kernel with the table behind it, and its header says how much that is', () => {
  const image = buildImage(kernel(0x2000n), table);
  expect(image.length).toBe(0x2000 + table.length);
  expect(new DataView(image.buffer).getBigUint64(16, true)).toBe(BigInt(image.length));
  expect(image.subarray(72, 0x1000).every((byte) => byte === 0x11)).toBe(true);
  expect(image.subarray(0x1000, 0x2000).every((byte) => byte === 0)).toBe(true);
  expect(tableIn(image)).toEqual({ offset: 0x2000, data: table });
  expect(graphText(inspectImage(image).graph)).toBe(graphText(graph));
});

test('a kernel whose header is none, or is not right, cannot be used', () => {
  expect(() => buildImage(kernel(0x2000n, 0), table)).toThrow('does not begin with the header of an Image');
  expect(() => buildImage(kernel(0x3000n), table)).toThrow('says that its table is at 0x3000');
});

test('an image whose header points beyond its end has no table', () => {
  const image = buildImage(kernel(0x2000n), table);
  new DataView(image.buffer).setBigUint64(64, 1n << 63n, true);
  expect(tableIn(image)).toBeUndefined();
  expect(() => inspectImage(image, 'it')).toThrow('it cannot be read: there is no init capability table in it');
});
