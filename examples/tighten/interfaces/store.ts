import { defineInterface, method, u64 } from 'veridian';

/** Keeps one number, and takes a capability that it may be told with. */
export const Store = defineInterface('Store', {
  get: method({}, { value: u64 }),
  put: method({ value: u64 }, {}),
  watch: method({}, {}),
});
