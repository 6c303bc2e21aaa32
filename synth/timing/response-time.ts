/**
 * Response-time analysis for fixed priorities with preemption: the recurrence of Joseph and Pandya (“Finding response
 * times in a real-time system”, The Computer Journal 29(5), 1986), with blocking as Audsley, Burns, Richardson,
 * Tindell and Wellings have it (“Applying new scheduling theory to static priority pre-emptive scheduling”, Software
 * Engineering Journal 8(5), 1993):
 *
 *     R = C + B + Σ ⌈(R + J_j) / T_j⌉ · C_j      over every j that can run before it
 *
 * C is the work itself, B what less urgent work can keep it waiting, T_j and C_j period and work of what is more
 * urgent, and J_j by how much later than its start that work may come. The smallest R that fulfils it is found by
 * iteration from C + B. All times are whole numbers of one unit.
 */

/** Work that can run before the one that is looked at. */
export interface Interference {
  /** Most time that it takes for each start. */
  readonly work: number;
  /** Least time between two starts. */
  readonly period: number;
  /** Most time by which its work comes later than its start. */
  readonly jitter: number;
}

/** How often work can start, and come late, in a window of `length`. */
export function starts({ period, jitter }: Interference, length: number): number {
  return Math.ceil((length + jitter) / period);
}

/**
 * The response time: the smallest R of the recurrence. Undefined where there is none up to `limit`, beyond which
 * nobody wants to know it.
 */
export function responseTime(
  work: number,
  blocking: number,
  before: readonly Interference[],
  limit: number,
): number | undefined {
  // What comes before it has no end: nothing is ever left for it.
  if (before.reduce((part, one) => part + one.work / one.period, 0) >= 1) return undefined;
  let length = work + blocking;
  for (;;) {
    const next = before.reduce((sum, one) => sum + starts(one, length) * one.work, work + blocking);
    if (next === length) return length;
    if (next > limit) return undefined;
    length = next;
  }
}

/** Up to this part of a core, `count` tasks with the shortest period first always meet their periods (Liu and Layland, 1973). */
export function rateMonotonicBound(count: number): number {
  return count === 0 ? 1 : count * (2 ** (1 / count) - 1);
}
