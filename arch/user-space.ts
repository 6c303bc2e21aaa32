import { limits } from '../kernel/abi/index.js';
import { granules } from './aarch64/granules.js';
import type { MachineArch } from './machine.js';

/** Where a machine lets a component's addresses be, and what they are counted in. */
export interface UserSpace {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** First address that no stack lies above. */
  readonly stackTop: bigint;
  /** First address that no stack lies below; a multiple of what a page table of any size translates. */
  readonly stacks: bigint;
  /** In how many places, 512 GiB apart, programs and regions can lie. */
  readonly windows: number;
  /** Bits of an address that are translated, where that is a choice; else 0. */
  readonly addressBits: number;
}

const defaults = {
  pageSize: Number(limits.PAGE_SIZE),
  stackTop: limits.STACK_TOP,
  stacks: 0x4000_0000_0000n,
  windows: 128,
  addressBits: 0,
};

/** Addresses that a machine has for components. */
export function userSpace({
  arch,
  options,
}: {
  readonly arch: MachineArch;
  readonly options?: Readonly<Record<string, string>> | undefined;
}): UserSpace {
  if (arch === 'aarch64') return { ...defaults, pageSize: granules[options?.granule ?? ''] ?? defaults.pageSize };
  if (arch !== 'riscv64') return defaults;
  if (options?.paging === 'sv48') return { ...defaults, addressBits: 48 };
  return { ...defaults, stackTop: 0x3f_ffff_0000n, stacks: limits.DYNAMIC_END, windows: 1, addressBits: 39 };
}
