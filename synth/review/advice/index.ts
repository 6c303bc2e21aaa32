import { callCycle } from './call-cycle.js';
import { census } from './census.js';
import { lessUrgentServer } from './less-urgent-server.js';
import { noServer } from './no-server.js';
import { oneSidedNotification, oneSidedRegion, servedForNobody, unheardSignal } from './one-sided.js';
import type { Advice } from './rule.js';
import { unused } from './unused.js';
import { unusedOptional } from './unused-optional.js';

/** Every check that warns, in order of code. */
export const advice: readonly Advice[] = [
  callCycle,
  unused,
  noServer,
  lessUrgentServer,
  unheardSignal,
  oneSidedRegion,
  servedForNobody,
  oneSidedNotification,
  unusedOptional,
  census,
];
