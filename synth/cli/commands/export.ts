import { exportCapdl } from '../../capdl/index.js';
import { hasErrors } from '../../findings/index.js';
import { exit } from '../failure.js';
import { exportFormat, options } from '../options.js';
import { writeFile } from '../write-file.js';
import { type Command, command, print } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** `veridian export` */
export const exportCommand: Command = {
  ...command({
    usage: 'export [system]',
    describe: 'Write the capabilities of a system for other tools',
    positionals: ['system'],
    options: ['out'],
    handler: async ({ system, out }, reporter) => {
      const outcome = await outcomeOf(system, { write: false, reporter });
      printFindings(outcome);
      if (hasErrors(outcome.findings)) return exit.findings;
      const text = exportCapdl(only(outcome.systems).graph);
      if (out === undefined) print(text);
      else writeFile(out, text, { replace: true });
      return exit.fine;
    },
  }),
  options: { out: options.out, format: exportFormat },
};
