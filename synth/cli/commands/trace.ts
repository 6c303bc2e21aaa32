import { hasErrors } from '../../findings/index.js';
import { resolveName } from '../../query/index.js';
import { ChromeTrace, messageText, type TracedMessage, traceSystem } from '../../trace/index.js';
import { exit, UsageError } from '../failure.js';
import { duration, pattern, traceFormat } from '../options.js';
import { writeFile } from '../write-file.js';
import { type Command, command, print } from './command.js';
import { conclude } from './run.js';
import { only, outcomeOf, printFindings } from './systems.js';

const picked = command({
  usage: 'trace [system] [component]',
  describe: 'Boot a system and show every message between its components, or those of one of them',
  positionals: ['system', 'component'],
  options: ['machine', 'timeout', 'expect', 'out'],
  handler: async (given, reporter) => {
    const timeout = given.timeout === undefined ? undefined : duration(given.timeout);
    const expect = given.expect === undefined ? undefined : pattern(given.expect);
    const { format } = given as { readonly format?: (typeof traceFormat.choices)[number] };
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (hasErrors(outcome.findings)) return exit.findings;
    const { graph, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    const one = given.component === undefined ? undefined : resolveName([graph], given.component).path;
    const chrome = new ChromeTrace(graph.system);
    const lines: string[] = [];
    let last = 0;
    const onMessage = (message: TracedMessage): void => {
      last = message.time;
      if (format === 'chrome') chrome.add(message);
      else if (given.out === undefined) print(messageText(message));
      else lines.push(`${messageText(message)}\n`);
    };
    const booted = await traceSystem({
      graph,
      image: output.image,
      reporter,
      onMessage,
      // The trace has standard output.
      onOutput: (chunk) => process.stderr.write(chunk),
      ...(one === undefined ? {} : { components: (path: string) => path === one }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
    });
    const text = format === 'chrome' ? `${JSON.stringify(chrome.finish(last))}\n` : lines.join('');
    if (given.out !== undefined) writeFile(given.out, text, { replace: true });
    else if (format === 'chrome') print(text);
    return conclude(booted, expect);
  },
});

/** `veridian trace` */
export const trace: Command = { ...picked, options: { ...picked.options, format: traceFormat } };
