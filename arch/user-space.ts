import { limits } from '../kernel/abi/index.js';
import type { MachineArch } from './machine.js';

/** Where a machine lets a component's addresses be. */
export interface UserSpace {
  /** First address above the stack of a component's first thread. */
  readonly stackTop: bigint;
  /** Bits of an address that are translated, where that is a choice; else 0. */
  readonly addressBits: number;
}

/** Addresses that a machine has for components. */
export function userSpace({
  arch,
  options,
}: {
  readonly arch: MachineArch;
  readonly options?: Readonly<Record<string, string>> | undefined;
}): UserSpace {
  if (arch !== 'riscv64') return { stackTop: limits.STACK_TOP, addressBits: 0 };
  if (options?.paging === 'sv48') return { stackTop: limits.STACK_TOP, addressBits: 48 };
  return { stackTop: 0x3f_ffff_0000n, addressBits: 39 };
}
