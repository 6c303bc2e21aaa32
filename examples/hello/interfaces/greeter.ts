import { defineInterface, method, text } from 'veridian';

/** Answers greetings. */
export const Greeter = defineInterface('Greeter', {
  greet: method({ name: text({ max: 48 }) }, { answer: text({ max: 56 }) }),
});
