/**
 * Work that comes again and again, for the analysis of response times. All times are in nanoseconds, as `us`, `ms`
 * and `seconds` give them.
 */
export interface Timing {
  /** Least time from one start of the work to the next. */
  readonly period: number;
  /** Most time that the component itself runs for each: what servers do on its behalf comes on top. */
  readonly worstCase: number;
  /**
   * Time after its start by which the work is to be done; at most the period.
   * @default - the period
   */
  readonly deadline?: number;
  /**
   * Whether the kernel holds it to its word: it runs for `worstCase` in each period and then waits for the next. Both
   * are whole milliseconds then, the tick by which the kernel counts.
   * @default false
   */
  readonly enforced?: boolean;
}

/** When a component runs: lower numbers are more urgent, and a class comes before the next one. */
export interface Scheduling {
  readonly class: 'realtime' | 'interactive' | 'batch';
  readonly priority: number;
  /** Its times, with which `veridian check` computes whether it meets its deadline. @default - not looked at */
  readonly timing?: Timing;
}

/**
 * Before everything else.
 * @param priority 0 to 99
 * @param timing its period and worst-case time, such as `{ period: ms(10), worstCase: us(500) }`
 */
export const realtime = (priority: number, timing?: Timing): Scheduling => ({
  class: 'realtime',
  priority,
  ...(timing === undefined ? {} : { timing }),
});

/** For what answers somebody. @param priority 100 to 139 */
export const interactive = (priority: number): Scheduling => ({ class: 'interactive', priority });

/** For what may wait. @param priority 140 to 199 */
export const batch = (priority: number): Scheduling => ({ class: 'batch', priority });
