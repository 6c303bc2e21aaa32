/** What GDB is told: a pure function of what is to be debugged. */
import type { KernelMap } from '../probe/index.js';
import type { Arch } from '../toolchain/index.js';

/** A component to stop in. */
export interface Target {
  /** Number that the kernel knows it by. */
  readonly index: number;
  /** Absolute path of its program. */
  readonly program: string;
  /** How far from where it is linked its program lies. */
  readonly slide: bigint;
}

export interface ScriptOptions {
  readonly arch: Arch;
  readonly kernel: Pick<KernelMap, 'file' | 'system' | 'outline'>;
  /** Path of the socket that the machine listens at. */
  readonly socket: string;
  /** Where sources lie that are known as `/veridian` and `/project` to what was built of them. */
  readonly sources: { readonly veridian: string; readonly project: string };
  /** Stops at this component's `main`. @default - at `kernel_main` */
  readonly target?: Target;
}

/** The register that says which address space user addresses go through. */
const spaceRegister: Readonly<Record<Arch, string>> = { x86_64: '$cr3', aarch64: '$TTBR0_EL1', riscv64: '$satp' };

/** Where a function returns to, before its first instruction. */
const returnAddress: Readonly<Record<Arch, string>> = {
  x86_64: '*($sp as *const u64)',
  aarch64: '$x30',
  riscv64: '$ra',
};

/** A word of the kernel's memory in GDB's words: its language is Rust wherever the kernel is. */
const word = (address: string | bigint): string => `*((${address}) as *const u64)`;

/** GDB's commands up to the place where a person takes over. */
export function gdbScript({ arch, kernel, socket, sources, target }: ScriptOptions): string[] {
  const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;
  const load = target && [
    `add-symbol-file ${quoted(target.program)}${target.slide === 0n ? '' : ` -o 0x${target.slide.toString(16)}`}`,
  ];
  const { system, outline } = kernel;
  // The kernel's memory can be read where the kernel runs: while a component does, some processors refuse. So its
  // address space is looked up as soon as the kernel has made it. A breakpoint is of addresses, and other components
  // have programs there too.
  const stop = target && [
    `thbreak *(${returnAddress[arch]})`,
    'continue',
    `set $thread = ${word(system + outline.threads)} + ${BigInt(target.index) * outline.threadSize}`,
    `set $space = ${word(`$thread + ${outline.space}`)}`,
    `thbreak *main if ${spaceRegister[arch]} == $space`,
    'continue',
  ];
  return [
    'set confirm off',
    `set substitute-path /veridian ${quoted(sources.veridian)}`,
    `set substitute-path /project ${quoted(sources.project)}`,
    'set backtrace past-main on',
    `file ${quoted(kernel.file)}`,
    ...(load ?? []),
    `target remote ${socket}`,
    'thbreak *kernel_main',
    'continue',
    ...(stop ?? []),
  ];
}
