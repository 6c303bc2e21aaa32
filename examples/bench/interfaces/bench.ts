import { defineInterface, method, u64 } from 'veridian';

/** What the meter asks before it measures: instructions of the server's loop in user mode. */
export const Bench = defineInterface('Bench', {
  measure: method({}, { count: u64 }),
});
