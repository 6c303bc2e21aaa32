import type { Machine } from '../machine.js';

/** What can be chosen of a QEMU `q35`. */
export interface Q35Props {
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
   * Processor cores, all of which run the system: 1 to 16.
   * @default 1
   */
  readonly cores?: number;
}

/** QEMU's `q35`: a PC with local APIC, I/O APIC, COM1 at ports 0x3f8–0x3ff on line 4, and ACPI power. */
export function q35(props: Q35Props = {}): Machine {
  return {
    name: 'q35',
    arch: 'x86_64',
    memory: props.memory ?? 64 * 1024 * 1024,
    cores: props.cores ?? 1,
    ...(props.nodes === undefined || props.nodes === 1 ? {} : { options: { nodes: String(props.nodes) } }),
    console: { device: 'uart16550', firstPort: 0x3f8, line: 4 },
  };
}
