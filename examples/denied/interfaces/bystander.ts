import { defineInterface, method, u64 } from 'veridian';

/** Works on while others try what they may not. */
export const Bystander = defineInterface('Bystander', {
  /** Answers with the next number, and tells the token by which it knows something secret. */
  ask: method({ number: u64 }, { answer: u64, token: u64 }),
  /** Prints a number. The probe is not granted this method. */
  tell: method({ number: u64 }, {}),
});
