/** A kernel for tests that build images and never boot them. */
import { buildElf } from '../elf/fixture.js';

/** What the kernel of this fixture is linked at, beyond its physical addresses. */
export const kernelOffset = 0xffff_ffff_8000_0000n;

/** Code and data at 1 MiB, zero pages behind, and the note by which machines find its entry. */
export function kernelFile(): Uint8Array {
  return buildElf({
    entry: 0x10_0000n,
    segments: [
      { address: kernelOffset + 0x10_0000n, physical: 0x10_0000n, data: new Uint8Array(5000).fill(0x90), flags: 'rx' },
      {
        address: kernelOffset + 0x10_2000n,
        physical: 0x10_2000n,
        data: new Uint8Array(10).fill(7),
        memorySize: 0x1801n,
        flags: 'rw',
      },
    ],
    notes: [{ owner: 'Xen', type: 18, description: new Uint8Array([0, 0, 0x10, 0]) }],
  });
}
