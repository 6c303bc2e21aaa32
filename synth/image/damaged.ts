/** Images whose tables are damaged at random places, the same for the same seed: the kernel must refuse or survive each. */
import { header, type SectionName, sectionEntry, sections } from '../../kernel/abi/index.js';
import { recordLayout } from '../../kernel/abi/record-layout.js';
import { decodeTable } from '../layout/index.js';
import { tableIn } from './table.js';

/** An image that is not what synth wrote. */
export interface DamagedImage {
  readonly bytes: Uint8Array;
  /** What was changed: record, field, old and new value. */
  readonly change: string;
}

/** 32-bit numbers in a fixed order for a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** A field of the table: its name, where it is, and how many bytes it has. */
interface Place {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const sizes = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;

function places(table: Uint8Array): Place[] {
  const found: Place[] = [];
  const add = (record: string, start: number, definition: Parameters<typeof recordLayout>[0]): void => {
    for (const [field, { offset, type }] of Object.entries(recordLayout(definition).offsets)) {
      found.push({ name: `${record}.${field}`, offset: start + offset, size: sizes[type] });
    }
  };
  add('header[0]', 0, header);
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const decoded = decodeTable(table);
  const headerSize = recordLayout(header).size;
  const entrySize = recordLayout(sectionEntry).size;
  for (const [index, name] of (Object.keys(sections) as SectionName[]).entries()) {
    const entry = headerSize + index * entrySize;
    add(`sections[${index}]`, entry, sectionEntry);
    const { size } = recordLayout(sections[name]);
    for (let record = 0; record < decoded.sections[name].length; record += 1) {
      add(`${name}[${record}]`, view.getUint32(entry, true) + record * size, sections[name]);
    }
  }
  return found;
}

/** Values that tables go wrong with: edges of ranges, a bit more or less, and anything. */
function damage(before: bigint, size: number, next: () => number): bigint {
  const most = (1n << BigInt(size * 8)) - 1n;
  const anything = (BigInt(next()) << 32n) | BigInt(next());
  const choices = [
    0n,
    1n,
    most,
    most >> 1n,
    before + 1n,
    before - 1n,
    before ^ (1n << BigInt(next() % (size * 8))),
    anything,
  ];
  const chosen = (choices[next() % choices.length] ?? 0n) & most;
  return chosen === before ? chosen ^ 1n : chosen;
}

/** `count` images, each with one field of its table changed. */
export function damagedImages(image: Uint8Array, seed: number, count: number): DamagedImage[] {
  const segment = tableIn(image);
  if (!segment) throw new RangeError('the image has no table');
  const all = places(segment.data);
  const next = numbers(seed);
  return Array.from({ length: count }, () => {
    const bytes = image.slice();
    const view = new DataView(bytes.buffer);
    const place = all[next() % all.length];
    if (!place) throw new RangeError('the table has no fields');
    const at = segment.offset + place.offset;
    let before = 0n;
    for (let byte = place.size - 1; byte >= 0; byte -= 1) before = (before << 8n) | BigInt(view.getUint8(at + byte));
    const after = damage(before, place.size, next);
    for (let byte = 0; byte < place.size; byte += 1)
      view.setUint8(at + byte, Number((after >> BigInt(8 * byte)) & 0xffn));
    return { bytes, change: `${place.name}: 0x${before.toString(16)} → 0x${after.toString(16)}` };
  });
}
