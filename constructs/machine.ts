import type { Machine as Description } from './graph/index.js';

/** What a system runs on; `machines` has them ready. */
export interface Machine {
  /** Such as `q35`. */
  readonly name: string;
  readonly arch: Description['arch'];
  /** In bytes. */
  readonly memory: number;
  /** How many processor cores. */
  readonly cores: number;
}
