/** What a system runs on; `machines` has them ready. */
export interface Machine {
  /** Such as `q35`. */
  readonly name: string;
  readonly arch: 'x86_64' | 'aarch64' | 'riscv64';
  /** In bytes. */
  readonly memory: number;
  /** How many processor cores. */
  readonly cores: number;
}
