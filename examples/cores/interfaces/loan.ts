import { defineInterface, method, u64 } from 'veridian';

/** Memory that comes along with the call, to be written again and again until it is taken away. */
export const Loan = defineInterface('Loan', {
  lend: method({ pages: u64 }, {}),
});
