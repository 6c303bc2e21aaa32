import { defineInterface, method, oneway, u64 } from 'veridian';

/** Calls and one-way messages, each with a right of its own. `of` tells which capability the client tries. */
export const Talk = defineInterface('Talk', {
  /** Is answered. */
  ask: method({ of: u64 }, {}),
  /** Is answered as well. */
  tell: method({ of: u64 }, {}),
  /** Is not. */
  hint: oneway({ of: u64 }),
  /** Is not either. */
  whisper: oneway({ of: u64 }),
});
