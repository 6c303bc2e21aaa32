import { hasErrors } from '../../findings/index.js';
import { takesColour } from '../../toolchain/index.js';
import { frame, type Snapshot, snapshotText, topSystem } from '../../top/index.js';
import { exit, UsageError } from '../failure.js';
import { duration, pattern } from '../options.js';
import { command, print } from './command.js';
import { conclude } from './run.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** Shows snapshots on standard output: in place on a terminal, else one behind the other. */
function display(inPlace: boolean): (one: Snapshot) => void {
  const { stdout } = process;
  let before = 0;
  return (one) => {
    if (!inPlace) return print(`${snapshotText(one).join('\n')}\n\n`);
    // The cursor has a row as well. A terminal that does not know its size says 0.
    const size = stdout.rows > 1 && stdout.columns > 0 ? { rows: stdout.rows - 1, columns: stdout.columns } : {};
    const lines = snapshotText(one, { colour: takesColour(stdout), ...size });
    stdout.write(frame(lines, before));
    before = lines.length;
  };
}

/** `veridian top` */
export const top = command({
  usage: 'top [system]',
  describe: 'Boot a system and show what its components do: state, CPU, switches, messages, faults, memory',
  positionals: ['system'],
  options: ['machine', 'interval', 'once', 'timeout', 'expect', 'json'],
  handler: async (given, reporter) => {
    const interval = given.interval === undefined ? undefined : duration(given.interval, '--interval');
    const timeout = given.timeout === undefined ? undefined : duration(given.timeout);
    const expect = given.expect === undefined ? undefined : pattern(given.expect);
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (hasErrors(outcome.findings)) return exit.findings;
    const { graph, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    const inPlace = !given.json && process.stdout.isTTY === true && process.env.TERM !== 'dumb';
    const show = given.json ? (one: Snapshot) => print(JSON.stringify(one)) : display(inPlace);
    let enough = false;
    let lineIsOpen = false;
    const booted = await topSystem({
      graph,
      image: output.image,
      reporter,
      onSnapshot: (one) => {
        show(one);
        enough = given.once;
        return !enough;
      },
      // The snapshots have standard output, and the terminal where they are shown in place.
      onOutput: (chunk) => {
        if (inPlace && process.stderr.isTTY === true) return;
        process.stderr.write(chunk);
        lineIsOpen = chunk.at(-1) !== 0x0a;
      },
      ...(interval === undefined ? {} : { interval }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
    });
    if (lineIsOpen) process.stderr.write('\n');
    return enough && booted.ending === 'expected' ? exit.fine : conclude(booted, expect);
  },
});
