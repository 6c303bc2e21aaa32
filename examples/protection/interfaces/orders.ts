import { defineInterface, method, u64 } from 'veridian';

/** Tells a component what to try. */
export const Orders = defineInterface('Orders', {
  next: method({}, { number: u64 }),
});
