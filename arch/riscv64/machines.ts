import type { Machine } from '../machine.js';

/** What can be chosen of a QEMU `virt` board of RISC-V. */
export interface RiscvVirtProps {
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
  /**
   * How addresses are translated: by three levels of tables, 39 bits, or by four, 48 bits.
   * @default 'sv39', for which a component’s addresses end at 256 GiB
   */
  readonly paging?: 'sv39' | 'sv48';
}

/** QEMU's `virt` of RISC-V 64 under OpenSBI: PLIC, a 16550 at 0x10000000 on line 10, power by the test device. */
export function riscvVirt(props: RiscvVirtProps = {}): Machine {
  const options = {
    ...(props.paging === 'sv48' ? { paging: 'sv48' } : {}),
    ...(props.nodes === undefined || props.nodes === 1 ? {} : { nodes: String(props.nodes) }),
  };
  return {
    name: 'riscv-virt',
    arch: 'riscv64',
    memory: props.memory ?? 64 * 1024 * 1024,
    cores: props.cores ?? 1,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    console: { device: 'uart16550', address: 0x1000_0000, size: 0x1000, line: 10, trigger: 'level' },
  };
}
