/** What a message says, in the words of the interface that is spoken over its endpoint. */
import type { Interface } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';

type Method = Interface['methods'][number];
type Fields = Method['request'];

const numbers = { u8: 1, u16: 2, u32: 4, u64: 8, i8: 1, i16: 2, i32: 4, i64: 8 } as const;

/** Fields of a message with their values as text; undefined where the message is not one of them. */
export function decodeFields(fields: Fields, bytes: Uint8Array, length: number): Record<string, string> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length));
  const values: Record<string, string> = {};
  let at = 0;
  try {
    for (const { name, value } of fields) {
      if (value.type === 'text' || value.type === 'bytes') {
        const isShort = value.max < 256;
        const size = isShort ? view.getUint8(at) : view.getUint16(at, true);
        at += isShort ? 1 : 2;
        if (size > value.max || at + size > length) return undefined;
        const content = bytes.subarray(at, at + size);
        values[name] = value.type === 'text' ? JSON.stringify(Buffer.from(content).toString()) : hex(content);
        at += size;
      } else if (value.type === 'bool') {
        values[name] = String(view.getUint8(at) !== 0);
        at += 1;
      } else {
        const size = numbers[value.type];
        const raw = BigInt.asUintN(size * 8, little(view, at, size));
        values[name] = String(value.type.startsWith('i') ? BigInt.asIntN(size * 8, raw) : raw);
        at += size;
      }
    }
  } catch {
    // It ends before its fields do.
    return undefined;
  }
  return at === length ? values : undefined;
}

function little(view: DataView, at: number, size: number): bigint {
  let value = 0n;
  for (let index = 0; index < size; index += 1) value |= BigInt(view.getUint8(at + index)) << BigInt(index * 8);
  return value;
}

const hex = (bytes: Uint8Array): string => (bytes.length === 0 ? '[]' : `[${Buffer.from(bytes).toString('hex')}]`);

const outcomes = new Map<bigint, string>([
  [limits.REPLY_DENIED, 'denied'],
  [limits.REPLY_UNKNOWN_METHOD, 'unknown method'],
  [limits.REPLY_MALFORMED, 'malformed'],
]);

/** What a reply with this label says when it tells no result; undefined where it tells one. */
export function failureOf(label: number): string | undefined {
  if (BigInt(label) === limits.REPLY_OK) return undefined;
  return outcomes.get(BigInt(label)) ?? `error ${label - Number(limits.REPLY_FIRST_ERROR)}`;
}
