import { defineInterface, method, u64 } from 'veridian';

/** Something to call on another core. */
export const Doubles = defineInterface('Doubles', {
  double: method({ value: u64 }, { doubled: u64 }),
});
