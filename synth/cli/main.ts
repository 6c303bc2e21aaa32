#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { lineReporter, version } from '../toolchain/index.js';
import { commands } from './commands/index.js';
import { exit, printFailure, UsageError } from './failure.js';
import { didYouMean } from './nearest.js';
import { pathCompletions } from './path-completions.js';

const names = commands.map(({ usage }) => usage.split(' ')[0] ?? '');

/** yargs' words for a mistake, with what was probably meant. */
function usageError(message: string, given: readonly string[]): UsageError {
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown === undefined) return new UsageError(message, '`veridian --help` lists commands and options');
  const isCommand = given.find((word) => !word.startsWith('-')) === unknown;
  if (isCommand) {
    const meant = didYouMean(unknown, names);
    return new UsageError(`there is no command ${unknown}`, meant || `commands: ${names.join(', ')}, completion`);
  }
  const isOption = given.some((word) => word.startsWith(`--${unknown}`));
  const known = commands.flatMap((command) => Object.keys(command.options)).map((name) => `--${name}`);
  const text = isOption ? `--${unknown}` : unknown;
  const meant = isOption ? didYouMean(text, known) : '';
  return new UsageError(`unknown argument ${text}`, meant || '`veridian <command> --help` lists what it takes');
}

/** Words for the shell: the paths of a project's constructs for commands that take one, else yargs' own. */
function complete(
  current: string,
  given: unknown,
  own: (done: (error: Error | null, words: string[] | undefined) => void) => void,
  done: (words: string[]) => void,
): void {
  const [, name] = (given as { readonly _: readonly unknown[] })._.map(String);
  const command = commands.find(({ usage }) => usage.split(' ')[0] === name);
  const asked = Object.keys(command?.positionals ?? {});
  const takesPath = name === 'explain' || asked.includes('object') || asked.includes('component');
  own((_error, words = []) => done(takesPath && !current.startsWith('-') ? pathCompletions(current) : words));
}

/** Runs the command that `args` ask for and gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const reporter = lineReporter();
  let status: number = exit.fine;
  const parser = yargs([...args])
    .scriptName('veridian')
    .usage('$0 <command>\n\nWrite an operating system in TypeScript, prove its least privilege, boot it.')
    .version(version)
    .completion('completion', 'Print a completion script for the shell', complete)
    .demandCommand(1, 'a command is missing')
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, args);
    });
  for (const { usage, describe, options, positionals, handler } of commands) {
    parser.command(
      usage,
      describe,
      (builder: Argv) => {
        for (const [name, positional] of Object.entries(positionals)) builder.positional(name, positional);
        return builder.options(options);
      },
      async (given) => {
        status = await handler(given, reporter);
      },
    );
  }
  try {
    await parser.parseAsync();
    return status;
  } catch (error) {
    printFailure(error);
    return exit.failed;
  }
}

const entry = process.argv[1];
if (entry !== undefined && realpathSync(entry) === import.meta.filename) {
  // A reader that has seen enough, as `veridian explain | head -1`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await main(process.argv.slice(2));
}
