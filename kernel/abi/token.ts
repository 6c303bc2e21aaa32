/**
 * The seed's 64-bit capability token: identifier in bits 0–31, generation in 32–47, rights in 48–63.
 * The identifier is the one by which the holder knows the object: its slot. A token is only a name;
 * the kernel compares all three parts with the holder's own table.
 */
export interface Token {
  readonly slot: number;
  readonly generation: number;
  readonly rights: number;
}

export function encodeToken({ slot, generation, rights }: Token): bigint {
  return BigInt(slot) | (BigInt(generation) << 32n) | (BigInt(rights) << 48n);
}

export function decodeToken(token: bigint): Token {
  return {
    slot: Number(token & 0xffff_ffffn),
    generation: Number((token >> 32n) & 0xffffn),
    rights: Number((token >> 48n) & 0xffffn),
  };
}
