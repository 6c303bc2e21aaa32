/** Makes an image that notes which granted rights are used: pages more behind its table, and a header that names them. */
import { header, recordHeader, recordNote } from '../../kernel/abi/index.js';
import { recordLayout } from '../../kernel/abi/record-layout.js';
import { elfHeaderSize, programHeaderSize } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { decodeTable } from '../layout/index.js';
import { rawHeader, rawHeaderFields } from './raw.js';
import { tableIn } from './table.js';

const fields = recordLayout(header).offsets;
/** Where an entry of an ELF file's program headers says where in the file it is, and its sizes there and in memory. */
const entry = { offset: 8, fileSize: 32, memorySize: 40 } as const;

/** Bytes of the mark by which the pages are found in a machine's memory. */
export const markSize = 32;

/** How the notes of a table lie in its pages. */
export const notes = {
  first: recordLayout(recordHeader).size,
  size: recordLayout(recordNote).size,
  lost: recordLayout(recordHeader).offsets.lost?.offset ?? 0,
} as const;

function unreadable(): ToolError {
  return new ToolError({
    code: 'VRD0503',
    message: 'the table is not the last thing in the image',
    help: 'synthesize it again',
  });
}

/** Bytes of the pages in which a table's used rights are noted. */
export function recordingSize(table: Uint8Array): number {
  const { sections, pageSize } = decodeTable(table);
  const bytes = notes.first + sections.capabilities.length * notes.size + sections.components.length * 8;
  return Math.ceil(bytes / pageSize) * pageSize;
}

/**
 * The image with pages that begin with `mark`, in which the kernel notes used rights. It is the same system, with the
 * same digest. `mark` must be one that nobody in the system can know.
 */
export function withRecording(image: Uint8Array, mark: Uint8Array): Uint8Array {
  const found = tableIn(image);
  if (!found) throw unreadable();
  const { size } = decodeTable(found.data);
  const pages = recordingSize(found.data);
  const recorded = new Uint8Array(found.offset + size + pages);
  recorded.set(image.subarray(0, found.offset + size));
  recorded.set(mark.subarray(0, markSize), found.offset + size);
  const view = new DataView(recorded.buffer);
  const set = (name: string, value: number): void =>
    view.setBigUint64(found.offset + (fields[name]?.offset ?? 0), BigInt(value), true);
  set('size', size + pages);
  set('record', size);
  if (rawHeader(image)) view.setBigUint64(rawHeaderFields.imageSize, BigInt(recorded.length), true);
  else {
    const at = programHeaderOf(view, found.offset);
    for (const field of [entry.fileSize, entry.memorySize]) view.setBigUint64(at + field, BigInt(size + pages), true);
  }
  if (found.offset + size < image.length) throw unreadable();
  return recorded;
}

/** Where the program header is of what lies at an offset of the file. */
function programHeaderOf(view: DataView, offset: number): number {
  for (
    let at = elfHeaderSize;
    at < elfHeaderSize + view.getUint16(56, true) * programHeaderSize;
    at += programHeaderSize
  )
    if (view.getBigUint64(at + entry.offset, true) === BigInt(offset)) return at;
  throw unreadable();
}
