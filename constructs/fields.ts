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

/** Bytes that a field takes in a message. */
export function fieldSize(field: FieldType): number {
  switch (field.type) {
    case 'text':
    case 'bytes':
      return field.max + 1;
    case 'bool':
    case 'u8':
    case 'i8':
      return 1;
    case 'u16':
    case 'i16':
      return 2;
    case 'u32':
    case 'i32':
      return 4;
    case 'u64':
    case 'i64':
      return 8;
  }
}
