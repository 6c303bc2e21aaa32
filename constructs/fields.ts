/** What a field of a message may be. All travel little-endian, without gaps between them. */
import { limits } from '../kernel/abi/limits.js';
import type { FieldType, Interface, Method } from './graph/index.js';

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
  /** Largest length in bytes (of UTF-8 for a text), 1 to 4094. */
  readonly max: number;
}

/** A text in UTF-8; takes up to `max` + 1 bytes of the message, or `max` + 2 where `max` is over 255. */
export function text({ max }: LengthProps): FieldType {
  return { type: 'text', max };
}

/** Bytes; take as much of the message as a text of that length. */
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

/** Most bytes that a field takes in a message. */
export function fieldSize(field: FieldType): number {
  if (field.type !== 'text' && field.type !== 'bytes') return scalarSizes[field.type];
  return field.max + (field.max > 255 ? 2 : 1);
}

/** Bytes that travel in registers. */
export const registerBytes = Number(limits.MESSAGE_WORDS) * 8;

/** Most bytes of a message: what a message buffer holds. */
export const mostBytes = Number(limits.MESSAGE_BUFFER_SIZE);

/** Most bytes of a request or response. */
export function messageSize(fields: Method['request']): number {
  return fields.reduce((sum, { value }) => sum + fieldSize(value), 0);
}

/** Whether a message of an interface may be longer than the registers, so that both ends need a message buffer. */
export function needsBuffer({ methods }: Interface): boolean {
  return methods.some(({ request, response }) =>
    [request, response].some((fields) => messageSize(fields) > registerBytes),
  );
}
