import { limits } from '../../kernel/abi/index.js';

/** How one architecture is built for. */
export interface Target {
  /** Rust's name of the bare-metal target. */
  readonly triple: string;
  /** Compiler flags of kernel and programs alike, one argument each. */
  readonly flags: readonly string[];
  /** Level that the kernel is optimized at: a kernel stays below 96 KiB, and x86_64 takes most bytes an instruction. */
  readonly kernelOptimization: '2' | 's';
  /** Compiler flags of the kernel alone. */
  readonly kernelFlags: readonly string[];
}

const codegen = (...options: string[]): string[] => options.flatMap((option) => ['-C', option]);

/** Where the kernel lies is said by its linker script. */
const kernelFlags = codegen('relocation-model=static');

/**
 * A program can lie anywhere: it carries a list of the words that are addresses, which synth corrects once it has chosen
 * a place. Such words may be in any segment (`notext`), since nothing is corrected while the program runs.
 */
export const programFlags = codegen(
  'relocation-model=pie',
  ...['-pie', '--no-dynamic-linker', '-znotext', `--image-base=0x${limits.PROGRAM_BASE.toString(16)}`].map(
    (argument) => `link-arg=${argument}`,
  ),
);

/** Every architecture that native code is built for. */
export const targets = {
  x86_64: {
    triple: 'x86_64-unknown-none',
    kernelOptimization: 's',
    kernelFlags,
    flags: codegen(
      // As the target's own library has it, which rustup ships built: LTO refuses to mix two. It reaches the lowest
      // 2 GiB as it does the highest.
      'code-model=kernel',
      'target-cpu=x86-64',
      'force-frame-pointers=no',
      'link-arg=-zmax-page-size=4096',
    ),
  },
  aarch64: {
    // Floating point and vector registers are not part of a thread.
    triple: 'aarch64-unknown-none-softfloat',
    kernelOptimization: '2',
    // What does not say that it is to be in its callers is only if it is small: that keeps the kernel below 96 KiB too.
    kernelFlags: [...kernelFlags, ...codegen('llvm-args=-inline-threshold=45')],
    flags: codegen(
      'target-cpu=generic',
      // Rust's own target is also for code without page tables, where loads and stores have to be aligned. None of ours
      // runs there but for assembly; memory that is mapped as such needs no alignment.
      'target-feature=-strict-align',
      'force-frame-pointers=no',
      // Of the largest pages that there are, so that programs do for all.
      'link-arg=-zmax-page-size=65536',
    ),
  },
  riscv64: {
    triple: 'riscv64imac-unknown-none-elf',
    kernelOptimization: '2',
    kernelFlags,
    flags: codegen(
      // Relative to the program counter, as the target's own library has it: it reaches programs and kernel alike.
      'code-model=medium',
      'target-cpu=generic-rv64',
      // Loads and stores need no alignment, as the profile RVA20 has it; firmware helps processors that cannot.
      'target-feature=+unaligned-scalar-mem',
      'force-frame-pointers=no',
      'link-arg=-zmax-page-size=4096',
    ),
  },
} as const satisfies Record<string, Target>;

/** An architecture that native code is built for. */
export type Arch = keyof typeof targets;

/** All of them. */
export const arches = Object.keys(targets) as Arch[];
