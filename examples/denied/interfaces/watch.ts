import { defineInterface, method, u32 } from 'veridian';

/** Counts faults. */
export const Watch = defineInterface('Watch', {
  /** How many faults there were so far. */
  faults: method({}, { count: u32 }),
});
