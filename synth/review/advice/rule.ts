import type { Context, Report } from '../../check/context.js';

/** A check whose findings are matters of judgement: they warn, and can be acknowledged. */
export interface Advice {
  readonly code: string;
  /** In a few words; the head of its page. */
  readonly title: string;
  check(context: Context): Iterable<Report>;
}
