/** What a field of a message may be. All travel little-endian, without gaps between them. */
import type { FieldType } from './graph/index.js';

/** An unsigned byte. */
export const u8: FieldType = { type: 'u8' };
/** An unsigned number of 2 bytes. */
export const u16: FieldType = { type: 'u16' };
/** An unsigned number of 4 bytes. */
export const u32: FieldType = { type: 'u32' };
/** An unsigned number of 8 bytes. */
export const u64: FieldType = { type: 'u64' };
/** A signed byte. */
export const i8: FieldType = { type: 'i8' };
/** A signed number of 2 bytes. */
export const i16: FieldType = { type: 'i16' };
/** A signed number of 4 bytes. */
export const i32: FieldType = { type: 'i32' };
/** A signed number of 8 bytes. */
export const i64: FieldType = { type: 'i64' };
/** True or false, one byte. */
export const bool: FieldType = { type: 'bool' };

/** Length of a text or of bytes. */
export interface LengthProps {
  /** Largest length in bytes (of UTF-8 for a text), 1 to 63. */
  readonly max: number;
}

/** A text in UTF-8; takes `max` + 1 bytes of the message. */
export function text({ max }: LengthProps): FieldType {
  return { type: 'text', max };
}

/** Bytes; takes `max` + 1 bytes of the message. */
export function bytes({ max }: LengthProps): FieldType {
  return { type: 'bytes', max };
}

const scalarSizes = { bool: 1, u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8 } as const;

/** Every type that a field may have. */
export const fieldTypes: readonly FieldType['type'][] = [
  ...(Object.keys(scalarSizes) as (keyof typeof scalarSizes)[]),
  'text',
  'bytes',
];

/** Bytes that a field takes in a message. */
export function fieldSize(field: FieldType): number {
  return field.type === 'text' || field.type === 'bytes' ? field.max + 1 : scalarSizes[field.type];
}
