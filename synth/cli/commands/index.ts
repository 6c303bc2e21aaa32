import { build } from './build.js';
import type { Command } from './command.js';
import { debug } from './debug.js';
import { deploy, plan } from './deploy.js';
import { destroy } from './destroy.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { init } from './init.js';
import { inspect } from './inspect.js';
import { lock } from './lock.js';
import { ls } from './ls.js';
import { matrix, whoCan, why } from './query.js';
import { run } from './run.js';
import { check, synth } from './synth.js';
import { tighten } from './tighten.js';
import { top } from './top.js';
import { trace } from './trace.js';
import { verify } from './verify.js';
import { view } from './view.js';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  synth,
  check,
  build,
  run,
  debug,
  top,
  trace,
  verify,
  tighten,
  ls,
  inspect,
  diff,
  lock,
  explain,
  why,
  whoCan,
  matrix,
  plan,
  deploy,
  destroy,
  view,
  importCommand,
  exportCommand,
  init,
  doctor,
];
