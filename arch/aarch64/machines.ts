import type { Machine } from '../machine.js';

/** What can be chosen of a QEMU `virt` board. */
export interface VirtProps {
  /**
   * In bytes; a multiple of the page size.
   * @default 64 MiB
   */
  readonly memory?: number;
  /**
   * Version of the generic interrupt controller.
   * @default 2
   */
  readonly gic?: 2 | 3;
}

/** QEMU's `virt` of AArch64: generic interrupt controller and timer, a PL011 at 0x09000000 on line 33, PSCI power. */
export function virt(props: VirtProps = {}): Machine {
  return {
    name: 'virt',
    arch: 'aarch64',
    memory: props.memory ?? 64 * 1024 * 1024,
    cores: 1,
    ...(props.gic === undefined || props.gic === 2 ? {} : { options: { gic: String(props.gic) } }),
    console: { device: 'pl011', address: 0x0900_0000, size: 0x1000, line: 33, trigger: 'level' },
  };
}
