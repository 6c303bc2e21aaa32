import { type Run as Booted, boot } from '../../qemu/index.js';
import type { Arch } from '../../toolchain/index.js';
import { exit, UsageError } from '../failure.js';
import { duration, pattern } from '../options.js';
import { command } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** Exit status of what a signal ended, as a shell has it. */
const INTERRUPTED = 130;

/** Says how a machine ended and gives the exit status. */
function conclude({ ending, code }: Booted, expected: RegExp | undefined): number {
  const end = (good: boolean, text: string): void => {
    process.stderr.write(`${good ? '✓' : '✗'} ${text}\n`);
  };
  if (ending === 'expected') end(true, `the console matched ${expected}`);
  else if (ending === 'timeout') end(false, 'the time was over before the machine powered off');
  else if (ending === 'interrupted') end(true, 'ended');
  else if (ending === 'reset') end(false, 'the machine reset or shut down without a code');
  else if (expected) end(false, `powered off with code ${code} before the console matched ${expected}`);
  else end(code === 0, `powered off with code ${code}`);
  if (ending === 'expected') return exit.fine;
  if (ending === 'interrupted') return INTERRUPTED;
  return ending === 'powered-off' && !(expected && code === 0) ? (code ?? exit.failed) : exit.failed;
}

/** `veridian run` */
export const run = command({
  usage: 'run [system]',
  describe: 'Boot a system in QEMU: its console is here, Ctrl-C ends it, its power-off code is the exit status',
  positionals: ['system'],
  options: ['machine', 'timeout', 'expect'],
  handler: async (given, reporter) => {
    const timeout = given.timeout === undefined ? undefined : duration(given.timeout);
    const expect = given.expect === undefined ? undefined : pattern(given.expect);
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const { graph, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    let lineIsOpen = false;
    const booted = await boot({
      machine: { ...graph.machine, arch: graph.machine.arch as Arch },
      image: output.image,
      interactive: process.stdin.isTTY === true,
      onOutput: (chunk) => {
        process.stdout.write(chunk);
        lineIsOpen = chunk.at(-1) !== 0x0a;
      },
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
    });
    if (lineIsOpen) process.stderr.write('\n');
    return conclude(booted, expect);
  },
});
