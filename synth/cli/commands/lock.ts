import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemGraph } from '../../../constructs/graph/index.js';
import { diffRevisions, lockFile, readLock, renderText, writeLock } from '../../diff/index.js';
import { ToolError } from '../../findings/index.js';
import type { Reporter } from '../../toolchain/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print } from './command.js';
import { outcomeOf, printFindings } from './systems.js';

/** What was reviewed before, to show what is new in it. A damaged file is what writing it again puts right. */
function reviewed(project: string, reporter: Reporter): SystemGraph[] | undefined {
  if (!existsSync(join(project, lockFile))) return undefined;
  try {
    return readLock(project);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    reporter.warn(`${error.message}: it is written anew`);
    return undefined;
  }
}

/** `veridian lock` */
export const lock = command({
  usage: 'lock',
  describe: `Write the authority that you reviewed to ${lockFile}, which \`check --locked\` holds systems to`,
  handler: async (_given, reporter) => {
    const { project } = locate(undefined);
    const outcome = await outcomeOf(undefined, { write: false, reporter });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const graphs = outcome.systems.map(({ graph }) => graph);
    const before = reviewed(project, reporter);
    if (before) {
      const compared = diffRevisions({ name: lockFile, graphs: before }, { name: 'this', graphs });
      process.stderr.write(`\n${renderText(compared)}\n`);
    }
    print(`${lockFile} ${writeLock(project, graphs) ? 'written' : 'is as it was'}`);
    return exit.fine;
  },
});
