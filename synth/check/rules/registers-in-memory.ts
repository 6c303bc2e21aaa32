import type { Machine } from '../../../constructs/graph/index.js';
import { hex, type Rule } from '../context.js';

interface Range {
  readonly first: number;
  readonly end: number;
}

const GiB = 2 ** 30;

/** Where a machine has its memory, as far as that is known; QEMU's boards have it at these addresses. */
function memoryOf({ name, memory }: Machine): readonly Range[] {
  if (name === 'virt') return [{ first: GiB, end: GiB + memory }];
  if (name === 'riscv-virt') return [{ first: 2 * GiB, end: 2 * GiB + memory }];
  if (name !== 'q35') return [];
  // Below 1 MiB are the registers of old devices; from 2.75 GiB on, what is above 2 GiB lies behind 4 GiB.
  const low = memory < 0xb000_0000 ? memory : 2 * GiB;
  return [
    { first: 0, end: 0xa_0000 },
    { first: 0x10_0000, end: low },
    { first: 4 * GiB, end: 4 * GiB + memory - low },
  ];
}

export const registersInMemory: Rule = {
  code: 'VRD0212',
  title: 'device registers in memory',
  *check(context) {
    const { machine } = context.graph;
    const memory = memoryOf(machine);
    for (const { path, source, address, size } of context.ofType('Mmio')) {
      const found = memory.find(({ first, end }) => address < end && first < address + size);
      if (!found) continue;
      yield {
        message: `${path} is memory: ${hex(address)} to ${hex(address + size - 1)}`,
        path,
        source,
        related: [
          {
            label: 'memory',
            text: `${hex(found.first)} to ${hex(found.end - 1)} on ${machine.name}`,
            source: machine.source,
          },
        ],
        help: 'use a SharedRegion or Dma for memory; for a device, take the address that the machine has it at',
      };
    }
  },
};
