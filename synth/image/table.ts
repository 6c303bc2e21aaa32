/** Finds the init capability table in an image, whatever its format. */
import { readElf } from '../elf/index.js';
import { isTable } from '../layout/index.js';
import { rawHeader } from './raw.js';

/** The table and its payload, and where in the file they begin; undefined where there is none. */
export function tableIn(image: Uint8Array): { readonly offset: number; readonly data: Uint8Array } | undefined {
  const raw = rawHeader(image);
  const found = raw
    ? { offset: raw.tableOffset, data: image.subarray(raw.tableOffset) }
    : readElf(image).segments.find(({ data }) => isTable(data));
  return found && isTable(found.data) ? { offset: found.offset, data: found.data } : undefined;
}
