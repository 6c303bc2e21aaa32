import { debugSystem } from '../../debug/index.js';
import { resolveName } from '../../query/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { command } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** `veridian debug` */
export const debug = command({
  usage: 'debug [system] [component]',
  describe: 'Boot a system in GDB, stopped at the kernel’s kernel_main or at a component’s main',
  positionals: ['system', 'component'],
  options: ['machine', 'command', 'batch'],
  handler: async ({ system, component, machine, command: commands, batch }, reporter) => {
    const outcome = await outcomeOf(system, { write: true, reporter, machine });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const { graph, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    const status = await debugSystem({
      graph,
      project: locate(system).project,
      image: output.image,
      commands,
      batch,
      reporter,
      // GDB has standard output.
      onConsole: (chunk) => process.stderr.write(chunk),
      ...(component === undefined ? {} : { component: resolveName([graph], component).path }),
    });
    return status === 0 ? exit.fine : exit.failed;
  },
});
