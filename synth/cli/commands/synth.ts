import { exit } from '../failure.js';
import { command, print, printJson } from './command.js';
import { outcomeOf, printFindings, systemJson, type Work } from './systems.js';

async function work(name: string | undefined, json: boolean, how: Work): Promise<number> {
  const outcome = await outcomeOf(name, how);
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
  options: ['json', 'today'],
  handler: ({ system, json, today }, reporter) => work(system, json, { write: true, reporter, today }),
});

/** `veridian check` */
export const check = command({
  usage: 'check [system]',
  describe: 'Check a system and write no image',
  positionals: ['system'],
  options: ['json', 'today'],
  handler: ({ system, json, today }, reporter) => work(system, json, { write: false, reporter, today }),
});
