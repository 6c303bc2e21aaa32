import { expect, test } from 'vitest';
import { sample } from '../check/fixture.js';
import { ToolError } from '../findings/index.js';
import { inspectImage } from '../inspect/index.js';
import { encodeTable, layOut } from '../layout/index.js';
import { kernelFile } from './fixture.js';
import { buildImage, damagedImages } from './index.js';

const { graph, natives } = sample();
const image = buildImage(kernelFile(), encodeTable(layOut(graph, natives)));

test('damage is the same for the same seed, and one field each', () => {
  const [first, again, other] = [damagedImages(image, 1, 20), damagedImages(image, 1, 20), damagedImages(image, 2, 20)];
  expect(again).toEqual(first);
  expect(other.map(({ change }) => change)).not.toEqual(first.map(({ change }) => change));
  for (const { bytes, change } of first) {
    const differ = bytes.reduce((count, byte, index) => count + (byte === image[index] ? 0 : 1), 0);
    expect(differ, change).toBeGreaterThan(0);
    expect(differ, change).toBeLessThanOrEqual(8);
  }
});

test('whatever is damaged, inspecting gives a graph or a clear error', () => {
  let refused = 0;
  for (const { bytes, change } of damagedImages(image, 3, 2000)) {
    try {
      expect(inspectImage(bytes).graph.system, change).toBe('shop');
    } catch (error) {
      expect(error, change).toBeInstanceOf(ToolError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(200);
});
