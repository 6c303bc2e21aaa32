import { limits } from '../../kernel/abi/index.js';

/** How one architecture is built for. */
export interface Target {
  /** Rust's name of the bare-metal target. */
  readonly triple: string;
  /**
   * Compiler flags, one argument each. Kernel and programs have the same, so that `core` and `alloc`, where they must
   * be built, are built once; the kernel's linker script takes the place of the base address.
   */
  readonly flags: readonly string[];
  /** Level that the kernel is optimized at: a kernel stays below 96 KiB, and x86_64 takes most bytes an instruction. */
  readonly kernelOptimization: '2' | 's';
}

/** Where programs are linked; in a kernel, its linker script takes the place of this. */
const imageBase = `link-arg=--image-base=0x${limits.PROGRAM_BASE.toString(16)}`;

const codegen = (...options: string[]): string[] => options.flatMap((option) => ['-C', option]);

/** Every architecture that native code is built for. */
export const targets = {
  x86_64: {
    triple: 'x86_64-unknown-none',
    kernelOptimization: 's',
    flags: codegen(
      'relocation-model=static',
      // As the target's own library has it, which rustup ships built: LTO refuses to mix two. It reaches the lowest
      // 2 GiB as it does the highest.
      'code-model=kernel',
      'target-cpu=x86-64',
      'force-frame-pointers=no',
      'link-arg=-zmax-page-size=4096',
      imageBase,
    ),
  },
  aarch64: {
    // Floating point and vector registers are not part of a thread.
    triple: 'aarch64-unknown-none-softfloat',
    kernelOptimization: '2',
    flags: codegen(
      'relocation-model=static',
      'target-cpu=generic',
      'force-frame-pointers=no',
      // Of the largest pages that there are, so that programs do for all.
      'link-arg=-zmax-page-size=65536',
      imageBase,
    ),
  },
  riscv64: {
    triple: 'riscv64imac-unknown-none-elf',
    kernelOptimization: '2',
    flags: codegen(
      'relocation-model=static',
      // Relative to the program counter, as the target's own library has it: it reaches programs and kernel alike.
      'code-model=medium',
      'target-cpu=generic-rv64',
      // Loads and stores need no alignment, as the profile RVA20 has it; firmware helps processors that cannot.
      'target-feature=+unaligned-scalar-mem',
      'force-frame-pointers=no',
      'link-arg=-zmax-page-size=4096',
      imageBase,
    ),
  },
} as const satisfies Record<string, Target>;

/** An architecture that native code is built for. */
export type Arch = keyof typeof targets;

/** All of them. */
export const arches = Object.keys(targets) as Arch[];
