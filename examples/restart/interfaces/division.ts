import { defineInterface, method, u64 } from 'veridian';

/** Divides, and never learned about zero. */
export const Division = defineInterface('Division', {
  divide: method({ dividend: u64, divisor: u64 }, { quotient: u64, served: u64 }),
});
