/** Where the fields of a record lie. */
import type { FieldType, RecordDefinition } from './table.js';

const fieldSize: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** Bytes of one record, and the offset of each of its fields. */
export function recordLayout(record: RecordDefinition): {
  readonly size: number;
  readonly offsets: Readonly<Record<string, { readonly offset: number; readonly type: FieldType }>>;
} {
  let size = 0;
  const offsets: Record<string, { offset: number; type: FieldType }> = {};
  for (const [name, { type }] of Object.entries(record.fields)) {
    offsets[name] = { offset: size, type };
    size += fieldSize[type];
  }
  return { size, offsets };
}
