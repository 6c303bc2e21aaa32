import { expect, test } from 'vitest';
import { sample } from '../check/fixture.js';
import { buildElf } from '../elf/fixture.js';
import { elfMachines, readElf } from '../elf/index.js';
import { inspectImage } from '../inspect/index.js';
import { encodeTable, layOut } from '../layout/index.js';
import { kernelFile } from './fixture.js';
import { buildImage, markSize, recordingSize, tableIn, withRecording } from './index.js';

const { graph, natives } = sample();
const table = encodeTable(layOut(graph, natives));
const mark = new Uint8Array(markSize).map((_, index) => index + 1);

/** A kernel of AArch64 whose header puts the table at 0x1000. */
function rawKernel(): Uint8Array {
  const text = new Uint8Array(0x1000);
  new DataView(text.buffer).setUint32(56, 0x644d_5241, true);
  new DataView(text.buffer).setBigUint64(64, 0x1000n, true);
  const segments = [{ address: 0x4020_0000n, physical: 0x4020_0000n, data: text, flags: 'rx' as const }];
  return buildElf({ machine: elfMachines.aarch64, segments });
}

test.each([
  ['an ELF file', () => buildImage(kernelFile(), table)],
  ['raw memory', () => buildImage(rawKernel(), table)],
])('%s is the same system with pages more', (_name, build) => {
  const image = build();
  const recorded = withRecording(image, mark);
  const pages = recordingSize(table);
  expect(pages % 4096).toBe(0);
  expect(recorded.length).toBe(image.length + pages);
  expect(recorded.subarray(image.length, image.length + markSize)).toEqual(mark);
  const data = tableIn(recorded)?.data ?? new Uint8Array();
  expect(data.length).toBe(table.length + pages);
  const before = inspectImage(image);
  expect(inspectImage(recorded)).toEqual({ ...before, size: before.size + pages });
});

test('what is loaded has the pages', () => {
  const [segment] = readElf(withRecording(buildImage(kernelFile(), table), mark)).segments.slice(-1);
  expect(segment?.memorySize).toBe(BigInt(table.length + recordingSize(table)));
  expect(segment?.data.length).toBe(table.length + recordingSize(table));
});

test('an image with something behind its table is refused', () => {
  const image = buildImage(kernelFile(), table);
  const longer = new Uint8Array(image.length + 1);
  longer.set(image);
  expect(() => withRecording(longer, mark)).toThrow('not the last thing');
});
