/** What a system runs on. */
export type { Machine } from '../arch/machine.js';
