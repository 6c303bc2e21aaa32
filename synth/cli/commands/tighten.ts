import { basename } from 'node:path';
import { ToolError } from '../../findings/index.js';
import { tighten as compare, readRecord, recordPath, tighteningText } from '../../record/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** `veridian tighten` */
export const tighten = command({
  usage: 'tighten [system]',
  describe: 'Propose narrower grants from what recorded runs used: `run --record` first',
  positionals: ['system'],
  options: ['machine', 'json'],
  handler: async (given, reporter) => {
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const { graph, digest, output } = only(outcome.systems);
    const name = basename(output?.folder ?? graph.system);
    const record = readRecord(recordPath(locate(given.system).project, name));
    if (!record)
      throw new ToolError({
        code: 'VRD0993',
        message: `there is no record of what ${name} uses`,
        help: '`veridian run --record` makes one: let the system do all that it is there for',
      });
    if (record.digest !== digest)
      throw new ToolError({
        code: 'VRD0994',
        message: `the record of ${name} is of another state of the system or its programs`,
        help: 'record again: `veridian run --record`',
      });
    const found = compare(graph, record);
    if (given.json) printJson({ ...found, machine: record.machine, runs: record.runs, lost: record.lost });
    else print(tighteningText(found, record));
    return found.proposals.length > 0 ? exit.findings : exit.fine;
  },
});
