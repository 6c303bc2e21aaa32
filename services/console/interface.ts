import { bytes, defineInterface, method, text } from '../../constructs/index.js';

/** What programs print to and read from. */
export const ConsoleInterface = defineInterface('Console', {
  /** Prints a text. Lines of different clients don't mix: a line is shown when it ends. */
  write: method({ text: text({ max: 62 }) }, {}),
  /** Takes input that nobody has read yet; empty when there is none. */
  read: method({}, { data: bytes({ max: 62 }) }),
});
