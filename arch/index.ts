/** The machines that systems can be written for. */
import { q35 } from './x86_64/machines.js';

export type { Machine } from './machine.js';
export type { Q35Props } from './x86_64/machines.js';

/** Every machine, by name. */
export const machines = { q35 } as const;
