import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { examine, type Requirement } from '../../doctor/index.js';
import { isCheckout } from '../../toolchain/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';

/** Whether there is native code to build here: in a checkout always, elsewhere in a project with programs. */
function buildsNativeCode(): boolean {
  if (isCheckout) return true;
  try {
    return existsSync(join(locate(undefined).project, 'programs'));
  } catch {
    return false;
  }
}

function row({ name, found, purpose, remedy, warning, needed }: Requirement): string {
  const mark = found ? '✓' : needed ? '✗' : '·';
  const text = found ?? (needed ? `missing; needed to ${purpose}` : `not here; only needed to ${purpose}`);
  return [
    `${mark} ${name.padEnd(11)} ${text}`,
    ...(remedy ? [`${' '.repeat(14)}${remedy}`] : []),
    ...(warning ? [`! ${' '.repeat(12)}${warning}`] : []),
  ].join('\n');
}

/** `veridian doctor` */
export const doctor = command({
  usage: 'doctor',
  describe: 'Say what this machine lacks, and the command that installs it',
  options: ['json'],
  handler: async ({ json }) => {
    const requirements = await examine('x86_64', buildsNativeCode());
    if (json) printJson(requirements);
    else print(requirements.map(row).join('\n'));
    return requirements.some(({ needed, found }) => needed && !found) ? exit.findings : exit.fine;
  },
});
