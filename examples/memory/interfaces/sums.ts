import { defineInterface, method, u64 } from 'veridian';

/** Adds up what lies in memory that comes along with the call, and reads it again later. */
export const Sums = defineInterface('Sums', {
  sum: method({ pages: u64 }, { sum: u64 }),
  again: method({}, { sum: u64 }),
});
