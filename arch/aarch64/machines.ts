import type { Machine } from '../machine.js';
import { granules } from './granules.js';

/** What can be chosen of a QEMU `virt` board. */
export interface VirtProps {
  /**
   * In bytes; a multiple of the page size.
   * @default 64 MiB
   */
  readonly memory?: number;
  /**
   * NUMA nodes, 1–8, which share memory and cores equally.
   * @default 1
   */
  readonly nodes?: number;
  /**
   * Processor cores, all of which run the system: 1 to 8, or to 16 with version 3 of the interrupt controller.
   * @default 1
   */
  readonly cores?: number;
  /**
   * Version of the generic interrupt controller.
   * @default 2
   */
  readonly gic?: 2 | 3;
  /**
   * Bytes of a page: `KiB(4)`, `KiB(16)` or `KiB(64)`. Memory of components comes in whole pages, and so do registers of devices.
   * @default 4 KiB
   */
  readonly granule?: number;
  /**
   * Whether the processor has the level for hypervisors, EL2, in which the board then starts the kernel.
   * @default false
   */
  readonly virtualization?: boolean;
}

/** QEMU's `virt` of AArch64: generic interrupt controller and timer, a PL011 at 0x09000000 on line 33, PSCI power. */
export function virt(props: VirtProps = {}): Machine {
  const { granule: pageSize = 0x1000 } = props;
  const granule = Object.entries(granules).find(([, bytes]) => bytes === pageSize)?.[0];
  if (granule === undefined && pageSize !== 0x1000) {
    throw new RangeError(`virt cannot have a granule of ${pageSize} bytes; it can have KiB(4), KiB(16) or KiB(64)`);
  }
  const options = {
    ...(props.gic === undefined || props.gic === 2 ? {} : { gic: String(props.gic) }),
    ...(granule === undefined ? {} : { granule }),
    ...(props.virtualization ? { virtualization: 'on' } : {}),
    ...(props.nodes === undefined || props.nodes === 1 ? {} : { nodes: String(props.nodes) }),
  };
  return {
    name: 'virt',
    arch: 'aarch64',
    memory: props.memory ?? 64 * 1024 * 1024,
    cores: props.cores ?? 1,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    // The board has nothing else in the 64 KiB that a page may have.
    console: { device: 'pl011', address: 0x0900_0000, size: pageSize, line: 33, trigger: 'level' },
  };
}
