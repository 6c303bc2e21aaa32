/**
 * The image of AArch64: memory as it is. It begins with the 64 bytes that Linux's boot protocol has for an `Image`,
 * and where a kernel of Veridian follows, with the offset of the init capability table behind them.
 */

/** Offsets in the header. */
export const rawHeaderFields = { imageSize: 16, magic: 56, tableOffset: 64 } as const;

/** "ARM\x64", little-endian. */
const magic = 0x644d_5241;
const headerSize = 72;

/** What the header of such an image says; undefined for any other file. */
export function rawHeader(bytes: Uint8Array): { readonly tableOffset: number } | undefined {
  if (bytes.length < headerSize) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(rawHeaderFields.magic, true) !== magic) return undefined;
  const tableOffset = view.getBigUint64(rawHeaderFields.tableOffset, true);
  return { tableOffset: Number(tableOffset > BigInt(bytes.length) ? BigInt(bytes.length) : tableOffset) };
}
