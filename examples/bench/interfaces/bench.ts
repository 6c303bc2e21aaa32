import { bytes, defineInterface, method, u64 } from 'veridian';

/** What the meter asks before it measures: instructions of the server's loop in user mode. */
export const Bench = defineInterface('Bench', {
  measure: method({}, { count: u64 }),
});

/** Content that the registers do not hold. */
export const Large = defineInterface('Large', {
  carry: method({ content: bytes({ max: 4094 }) }, { content: bytes({ max: 4094 }) }),
});
