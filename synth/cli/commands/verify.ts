import { comparisonText, isDrift, verifySystem } from '../../verify/index.js';
import { exit, UsageError } from '../failure.js';
import { duration, pattern } from '../options.js';
import { command, print, printJson } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** `veridian verify` */
export const verify = command({
  usage: 'verify [system]',
  describe: 'Boot a system with an audit service, and compare what everybody holds with its graph',
  positionals: ['system'],
  options: ['machine', 'expect', 'timeout', 'json'],
  handler: async (given, reporter) => {
    const timeout = given.timeout === undefined ? undefined : duration(given.timeout);
    const expect = given.expect === undefined ? undefined : pattern(given.expect);
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const { graph, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    const comparison = await verifySystem({
      graph,
      image: output.image,
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
    });
    if (given.json) printJson({ system: graph.system, ...comparison });
    else print(comparisonText(graph.system, comparison));
    return comparison.drift.some(isDrift) ? exit.findings : exit.fine;
  },
});
