import { defineInterface, method, u64 } from 'veridian';

/** Answers what it is asked. */
export const Echo = defineInterface('Echo', {
  echo: method({ value: u64 }, { value: u64 }),
});
