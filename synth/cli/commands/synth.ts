import { lockedFindings, readLock } from '../../diff/index.js';
import { hasErrors, sortFindings } from '../../findings/index.js';
import type { Outcome } from '../../pipeline/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';
import { outcomeOf, printFindings, systemJson, type Work } from './systems.js';

/** Holds systems without errors to what was reviewed. */
function held(outcome: Outcome, name: string | undefined): Outcome {
  if (hasErrors(outcome.findings)) return outcome;
  const graphs = outcome.systems.map(({ graph }) => graph);
  const findings = lockedFindings(readLock(locate(name).project), graphs);
  return { ...outcome, findings: sortFindings([...outcome.findings, ...findings]) };
}

async function work(name: string | undefined, json: boolean, how: Work, locked = false): Promise<number> {
  const made = await outcomeOf(name, how);
  const outcome = locked ? held(made, name) : made;
  const { findings, systems } = outcome;
  if (json) printJson({ findings, systems: systems.map(systemJson) });
  else {
    printFindings(outcome);
    for (const { output } of systems) if (output) print(output.image);
  }
  return findings.some(({ severity }) => severity === 'error') ? exit.findings : exit.fine;
}

/** `veridian synth` */
export const synth = command({
  usage: 'synth [system]',
  describe: 'Check a system and write its graph and boot image',
  positionals: ['system'],
  options: ['json', 'today', 'machine'],
  handler: ({ system, json, today, machine }, reporter) =>
    work(system, json, { write: true, reporter, today, machine }),
});

/** `veridian check` */
export const check = command({
  usage: 'check [system]',
  describe: 'Check a system and write no image',
  positionals: ['system'],
  options: ['json', 'today', 'machine', 'locked'],
  handler: ({ system, json, today, machine, locked }, reporter) =>
    work(system, json, { write: false, reporter, today, machine }, locked),
});
