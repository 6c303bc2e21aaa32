import type { Source } from '../../constructs/graph/index.js';

/** How authority goes from one path to the next. */
export type Via = 'grant' | 'call' | 'delegation' | 'region' | 'dma' | 'restart';

/**
 * One step of a witness: `from` is a component, `to` what it gets at, and the next step starts there.
 *
 * - `grant`: `from` is granted `rights` on the object `to`, or the timer `on` that signals it. Always the last step.
 * - `call`: `from` may call or send to `to`, which serves the endpoint `on`, and acts on its behalf.
 * - `delegation`: `to` can pass capabilities to `from`, with messages or replies over the endpoint `on`.
 * - `region`: `from` writes the shared region `on`, which `to` reads.
 * - `dma`: `from` may tell a device the address of any memory: no IOMMU confines it to the buffer `on`.
 * - `restart`: `from` is told of the faults of `to`, over the endpoint `on`, and decides what becomes of it.
 */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly via: Via;
  /** Rights that the step uses. */
  readonly rights: readonly string[];
  /** The grant that makes it possible. */
  readonly source: Source;
  /** The object between the two. */
  readonly on?: string;
  /** How those who take part came to hold what they use, where they were not granted it. */
  readonly because?: readonly Step[];
}
