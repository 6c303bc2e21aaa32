import type { Arguments, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { Reporter } from '../../toolchain/index.js';
import { options, positionals } from '../options.js';

type OptionName = keyof typeof options;
type PositionalName = keyof typeof positionals;
type Values<O extends OptionName, P extends PositionalName> = InferredOptionTypes<{
  [Name in O]: (typeof options)[Name];
}> &
  InferredOptionTypes<{ [Name in P]: (typeof positionals)[Name] }>;

/** One command: what yargs must know, and what it does. */
export interface Command {
  /** Name and positional arguments as yargs reads them: `run [system]`. */
  readonly usage: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  /** Does the work and gives the exit status. */
  readonly handler: (args: Arguments, reporter: Reporter) => Promise<number>;
}

/** Makes a command of options and positional arguments that are named in `options.ts`. */
export function command<const O extends OptionName = never, const P extends PositionalName = never>(definition: {
  readonly usage: string;
  readonly describe: string;
  readonly options?: readonly O[];
  readonly positionals?: readonly P[];
  readonly handler: (args: Values<O, P>, reporter: Reporter) => Promise<number>;
}): Command {
  const pick = <K extends string, V>(from: Readonly<Record<K, V>>, names: readonly K[] = []): Record<string, V> =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  return {
    usage: definition.usage,
    describe: definition.describe,
    options: pick<OptionName, Options>(options, definition.options),
    positionals: pick<PositionalName, PositionalOptions>(positionals, definition.positionals),
    // yargs has parsed exactly the options and positionals picked above, so that the arguments have their types.
    handler: definition.handler as unknown as Command['handler'],
  };
}

/** Writes data on standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes data on standard output as JSON. */
export function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}
