import { rulePage, ruleTitles } from '../explain.js';
import { exit } from '../failure.js';
import { command, print, printJson } from './command.js';

/** `veridian explain` */
export const explain = command({
  usage: 'explain [code]',
  describe: 'Print what a rule means, and how to keep it',
  positionals: ['code'],
  options: ['json'],
  handler: async ({ code, json }) => {
    if (code !== undefined) {
      const page = rulePage(code);
      if (json) printJson({ code: code.toUpperCase(), page });
      else print(page);
    } else if (json) printJson(ruleTitles());
    else
      print(
        ruleTitles()
          .map((rule) => `${rule.code}  ${rule.title}`)
          .join('\n'),
      );
    return exit.fine;
  },
});
