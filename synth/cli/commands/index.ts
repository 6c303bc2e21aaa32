import type { Command } from './command.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { init } from './init.js';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [explain, init, doctor];
