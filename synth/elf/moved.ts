/** A position-independent file at another place. */
import { bytesAt, type Elf } from './elf.js';

/** The file as it must be loaded `slide` bytes above where it is linked: every word that holds an address is right. */
export function moved(elf: Elf, slide: bigint): Pick<Elf, 'entry' | 'segments'> {
  const segments = elf.segments.map((one) => ({ ...one, data: one.data.slice(), address: one.address + slide }));
  for (const { address, value } of elf.relocations) {
    const word = bytesAt(segments, address + slide, 8n, 'a relocation');
    new DataView(word.buffer, word.byteOffset).setBigUint64(0, BigInt.asUintN(64, value + slide), true);
  }
  return { entry: elf.entry + slide, segments };
}
