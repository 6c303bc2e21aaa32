/** The machines that systems can be written for. */
import { virt } from './aarch64/machines.js';
import { riscvVirt } from './riscv64/machines.js';
import { q35 } from './x86_64/machines.js';

export type { VirtProps } from './aarch64/machines.js';
export { type AnyMachineProps, machineNamed, machineNames, machinesByName, machineVariants } from './by-name.js';
export { type ConsoleDevice, imageFiles, type Machine, type MachineArch } from './machine.js';
export type { RiscvVirtProps } from './riscv64/machines.js';
export { type UserSpace, userSpace } from './user-space.js';
export type { Q35Props } from './x86_64/machines.js';

/** Every machine. */
export const machines = { q35, virt, riscvVirt } as const;
