/** The init capability table as bytes, and back. */
import {
  abiDigest,
  header,
  limits,
  type SectionName,
  sectionEntry,
  tableMagic,
  tableVersion,
} from '../../kernel/abi/index.js';
import { type Layout, tableStart } from './layout.js';
import { codec, type Sections, sectionCodecs, sectionNames } from './records.js';

const headerCodec = codec(header);
const entryCodec = codec(sectionEntry);

/** First 8 bytes of the ABI digest. */
export const abiId = BigInt(`0x${abiDigest.slice(0, 16)}`);

/** Table and payload, a whole number of pages. */
export function encodeTable(layout: Layout): Uint8Array {
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  headerCodec.write(view, 0, {
    magic: tableMagic,
    abi: abiId,
    graph: BigInt(`0x${layout.digest.slice(0, 16)}`),
    size: layout.size,
    version: tableVersion,
    sections: sectionNames.length,
    payload: layout.payloadOffset,
    annotation: layout.annotationOffset,
    annotation_size: layout.annotationBytes.length,
    address_bits: layout.addressBits,
    page_size: layout.pageSize,
  });
  let offset = tableStart;
  for (const [index, name] of sectionNames.entries()) {
    const records = layout.sections[name];
    const { size, write } = sectionCodecs[name];
    entryCodec.write(view, headerCodec.size + index * entryCodec.size, { offset, count: records.length });
    for (const record of records) {
      write(view, offset, record);
      offset += size;
    }
  }
  bytes.set(layout.annotationBytes, layout.annotationOffset);
  let at = layout.payloadOffset;
  for (const content of layout.payload) {
    bytes.set(content, at);
    at += Math.ceil(content.length / layout.pageSize) * layout.pageSize;
  }
  return bytes;
}

/** Whether some bytes start as a table does. */
export function isTable(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) === tableMagic;
}

/** What a table holds. */
export interface DecodedTable {
  readonly abi: bigint;
  readonly graph: bigint;
  readonly size: number;
  /** Bytes of a page. */
  readonly pageSize: number;
  readonly payload: number;
  readonly annotation: Uint8Array;
  readonly sections: Sections;
}

/** Why a table cannot be read; `other` when it is whole, but made for another ABI or layout. */
export class TableError extends Error {
  readonly problem: 'foreign' | 'other' | 'damaged';

  constructor(problem: TableError['problem'], message: string) {
    super(message);
    this.name = 'TableError';
    this.problem = problem;
  }
}

const shown = (id: bigint): string => id.toString(16).padStart(16, '0').slice(0, 8);

/** Reads a table back. Everything is checked that is needed to read it; what it means is not. */
export function decodeTable(bytes: Uint8Array): DecodedTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < tableStart) throw new TableError('damaged', 'the table ends before its section directory does');
  const values = headerCodec.read(view, 0);
  const number = (name: string): number => Number(values[name] ?? 0);
  if (values.magic !== tableMagic) throw new TableError('foreign', 'there is no init capability table in it');
  if (values.abi !== abiId) {
    throw new TableError('other', `its ABI is ${shown(BigInt(values.abi ?? 0))}, this Veridian’s is ${shown(abiId)}`);
  }
  if (number('version') !== tableVersion || number('sections') !== sectionNames.length) {
    throw new TableError('other', `its table has version ${number('version')}, this Veridian reads ${tableVersion}`);
  }
  const size = number('size');
  const payload = number('payload');
  if (size > bytes.length) throw new TableError('damaged', `the table says ${size} bytes, ${bytes.length} are there`);
  const pageSize = number('page_size');
  if (pageSize < limits.PAGE_SIZE || pageSize > limits.MAX_PAGE_SIZE || (pageSize & (pageSize - 1)) !== 0) {
    throw new TableError('damaged', `it says that a page has ${pageSize} bytes`);
  }
  if (size % pageSize !== 0 || payload > size) throw new TableError('damaged', 'its payload is not inside the table');
  const sections: Partial<Record<SectionName, Record<string, number | bigint>[]>> = {};
  for (const [index, name] of sectionNames.entries()) {
    const entry = entryCodec.read(view, headerCodec.size + index * entryCodec.size);
    const { size: recordSize, read } = sectionCodecs[name];
    const [offset, count] = [Number(entry.offset), Number(entry.count)];
    if (offset < tableStart || offset + count * recordSize > payload) {
      throw new TableError('damaged', `section ${name} is not inside the table`);
    }
    sections[name] = Array.from({ length: count }, (_, record) => read(view, offset + record * recordSize));
  }
  const annotation = number('annotation');
  const annotationSize = number('annotation_size');
  if (annotation + annotationSize > size) throw new TableError('damaged', 'its annotation is not inside the table');
  return {
    abi: BigInt(values.abi),
    graph: BigInt(values.graph ?? 0),
    size,
    pageSize,
    payload,
    annotation: bytes.subarray(annotation, annotation + annotationSize),
    sections: sections as unknown as Sections,
  };
}
