import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { countFindings, renderFindings } from '../../findings/index.js';
import { ImportError, type Imported, importSystem } from '../../import/index.js';
import { exit } from '../failure.js';
import { writeFile } from '../write-file.js';
import { command, print } from './command.js';

/** `veridian import` */
export const importCommand = command({
  usage: 'import <description>',
  describe: 'Turn a Microkit system description into a definition',
  positionals: ['description'],
  options: ['out'],
  handler: async ({ description, out }) => {
    let imported: Imported;
    try {
      imported = importSystem(readFileSync(description, 'utf8'), basename(description));
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      const { findings } = error;
      const text = renderFindings(findings, { stream: process.stderr });
      process.stderr.write(`${text}\n${countFindings(findings)} · nothing was written\n`);
      return exit.failed;
    }
    if (out === undefined) print(imported.text);
    else writeFile(out, imported.text, { replace: false });
    const { components, narrowings } = imported;
    process.stderr.write(
      `${out ?? basename(description)}: ${components} components · ${narrowings} rights to look at, marked NARROW · ` +
        'the programs are still to be ported, as its first lines say\n',
    );
    return exit.fine;
  },
});
