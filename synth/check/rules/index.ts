/** Every rule that is checked on a graph, in order of code. */
import type { Rule } from '../context.js';
import { abiLimits } from './abi-limits.js';
import { coreOnThisMachine } from './core-on-this-machine.js';
import { danglingReference } from './dangling-reference.js';
import { deviceRange } from './device-range.js';
import { grantWithoutNeed } from './grant-without-need.js';
import { interfaceRights } from './interface-rights.js';
import { interfaceVersion } from './interface-version.js';
import { interruptOwners } from './interrupt-owners.js';
import { machineMemory } from './machine-memory.js';
import { mmioOwners } from './mmio-owners.js';
import { narrowerThanNeeded } from './narrower-than-needed.js';
import { needClash } from './need-clash.js';
import { needWithoutGrant } from './need-without-grant.js';
import { notificationReceiver } from './notification-receiver.js';
import { pathClash } from './path-clash.js';
import { portOwners } from './port-owners.js';
import { portsOnThisMachine } from './ports-on-this-machine.js';
import { priorityClass } from './priority-class.js';
import { registersInMemory } from './registers-in-memory.js';
import { timerOwners } from './timer-owners.js';
import { unaligned } from './unaligned.js';
import { unknownRight } from './unknown-right.js';
import { widerThanNeeded } from './wider-than-needed.js';
import { writableExecutable } from './writable-executable.js';
import { writeWithoutRead } from './write-without-read.js';
import { wrongKind } from './wrong-kind.js';
import { zoneBudget } from './zone-budget.js';

export const rules: readonly Rule[] = [
  needWithoutGrant,
  widerThanNeeded,
  grantWithoutNeed,
  narrowerThanNeeded,
  wrongKind,
  interfaceVersion,
  danglingReference,
  unknownRight,
  writeWithoutRead,
  mmioOwners,
  portOwners,
  interruptOwners,
  unaligned,
  zoneBudget,
  machineMemory,
  writableExecutable,
  priorityClass,
  portsOnThisMachine,
  deviceRange,
  notificationReceiver,
  registersInMemory,
  coreOnThisMachine,
  timerOwners,
  pathClash,
  needClash,
  abiLimits,
  interfaceRights,
];
