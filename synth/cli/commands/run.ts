import { basename, relative } from 'node:path';
import type { SystemGraph } from '../../../constructs/graph/index.js';
import { type Run as Booted, type BootOptions, boot } from '../../qemu/index.js';
import { resolveName } from '../../query/index.js';
import {
  addRun,
  bootRecording,
  type RecordedBoot,
  type RecordFile,
  readRecord,
  recordPath,
  writeRecord,
} from '../../record/index.js';
import type { Arch } from '../../toolchain/index.js';
import { messageText, type TracedMessage, traceSystem } from '../../trace/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { duration, pattern } from '../options.js';
import { command } from './command.js';
import { only, outcomeOf, printFindings } from './systems.js';

/** Exit status of what a signal ended, as a shell has it. */
const INTERRUPTED = 130;

/** Paths of the components whose messages VERIDIAN_IPC_DEBUG asks for: all of them for `1`, else those that it names. */
function debuggedComponents(graph: SystemGraph): ((path: string) => boolean) | undefined {
  const asked = process.env.VERIDIAN_IPC_DEBUG;
  if (!asked || asked === '0') return undefined;
  if (asked === '1') return () => true;
  const paths = new Set(asked.split(',').map((name) => resolveName([graph], name.trim()).path));
  return (path) => paths.has(path);
}

/** Prints a message on standard error, apart from the console. */
function printMessage(message: TracedMessage): void {
  process.stderr.write(`${messageText(message)}\n`);
}

/** Says how a machine ended and gives the exit status. */
export function conclude({ ending, code }: Booted, expected: RegExp | undefined): number {
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

/** Adds a run to the record of its system, and says so. */
function keep(path: string, of: Pick<RecordFile, 'system' | 'machine' | 'digest'>, recording: RecordedBoot): void {
  const { run, milliseconds, recorded } = recording;
  const before = readRecord(path);
  const ended = { ended: run.ending, ...(run.code === undefined ? {} : { code: run.code }), milliseconds };
  const record = addRun(before, of, ended, recorded);
  writeRecord(path, record);
  const replaced = before && record.runs.length === 1 ? ', in place of those of another state of the system' : '';
  const runs = record.runs.length === 1 ? 'one run' : `${record.runs.length} runs`;
  process.stderr.write(`✓ recorded in ${relative(process.cwd(), path)}: ${runs}${replaced}\n`);
}

/** `veridian run` */
export const run = command({
  usage: 'run [system]',
  describe: 'Boot a system in QEMU: its console is here, Ctrl-C ends it, its power-off code is the exit status',
  positionals: ['system'],
  options: ['machine', 'timeout', 'expect', 'record'],
  handler: async (given, reporter) => {
    const timeout = given.timeout === undefined ? undefined : duration(given.timeout);
    const expect = given.expect === undefined ? undefined : pattern(given.expect);
    const outcome = await outcomeOf(given.system, { write: true, reporter, machine: given.machine });
    printFindings(outcome);
    if (outcome.findings.some(({ severity }) => severity === 'error')) return exit.findings;
    const { graph, digest, output } = only(outcome.systems);
    if (!output) throw new UsageError(`${graph.system} has no image`, 'synthesize it first');
    let lineIsOpen = false;
    const options: BootOptions = {
      machine: { ...graph.machine, arch: graph.machine.arch as Arch },
      image: output.image,
      interactive: process.stdin.isTTY === true,
      onOutput: (chunk: Buffer) => {
        process.stdout.write(chunk);
        lineIsOpen = chunk.at(-1) !== 0x0a;
      },
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
    };
    const debugged = debuggedComponents(graph);
    if (given.record && debugged) throw new UsageError('a run is recorded or debugged', 'leave VERIDIAN_IPC_DEBUG out');
    const recording = given.record ? await bootRecording(options) : undefined;
    const booted = debugged
      ? await traceSystem({ ...options, graph, reporter, components: debugged, onMessage: printMessage })
      : (recording?.run ?? (await boot(options)));
    if (lineIsOpen) process.stderr.write('\n');
    if (recording) {
      const path = recordPath(locate(given.system).project, basename(output.folder));
      keep(path, { system: graph.system, machine: graph.machine.name, digest }, recording);
    }
    return conclude(booted, expect);
  },
});
