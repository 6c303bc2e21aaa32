/** The machines that systems can be written for. */
import { virt } from './aarch64/machines.js';
import type { Machine } from './machine.js';
import { riscvVirt } from './riscv64/machines.js';
import { q35 } from './x86_64/machines.js';

export type { VirtProps } from './aarch64/machines.js';
export { type ConsoleDevice, imageFiles, type Machine, type MachineArch } from './machine.js';
export type { RiscvVirtProps } from './riscv64/machines.js';
export { type UserSpace, userSpace } from './user-space.js';
export type { Q35Props } from './x86_64/machines.js';

/** Every machine. */
export const machines = { q35, virt, riscvVirt } as const;

/** Every machine by the name that it goes by outside of TypeScript, with the memory given. */
export const machinesByName: ReadonlyMap<string, (props: { readonly memory?: number }) => Machine> = new Map(
  Object.values(machines).map((make) => [make().name, make]),
);
