/** Architecture of a machine. */
export type MachineArch = 'x86_64' | 'aarch64' | 'riscv64';

/**
 * Name of a system's boot image on each architecture, by its format: an ELF file, or what Linux calls an Image, the
 * memory as it is with a header of 64 bytes.
 */
export const imageFiles = { x86_64: 'image.elf', aarch64: 'image.bin', riscv64: 'image.elf' } as const;

/** The serial port that a machine has for people: which device it is, and where. */
export type ConsoleDevice = {
  /** Line of the interrupt controller that it raises. */
  readonly line: number;
  /** @default 'edge' */
  readonly trigger?: 'edge' | 'level';
} & (
  | { readonly device: 'uart16550'; readonly firstPort: number }
  | { readonly device: 'uart16550' | 'pl011'; readonly address: number; readonly size: number }
);

/** What a system runs on; `machines` has them ready. */
export interface Machine {
  /** Such as `q35`. */
  readonly name: string;
  readonly arch: MachineArch;
  /** In bytes. */
  readonly memory: number;
  /** How many processor cores: all that QEMU gives the board, which the kernel starts. */
  readonly cores: number;
  /** What the board is made with where there is a choice, by the board's own names: `{ gic: '3' }`. */
  readonly options?: Readonly<Record<string, string>>;
  /** @default - none that is known */
  readonly console?: ConsoleDevice;
}
