import { defineInterface, method, u64 } from 'veridian';

/** Works on while another component makes system calls at random. */
export const Bystander = defineInterface('Bystander', {
  /** Answers with the next number. */
  next: method({ number: u64 }, { answer: u64 }),
});
