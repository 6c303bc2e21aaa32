import { defineInterface, method, u64 } from 'veridian';

/** Counts what a timer tells it. */
export const Beats = defineInterface('Beats', {
  /** How many there were, and whether none came before its time. */
  count: method({}, { beats: u64, early: u64 }),
});
