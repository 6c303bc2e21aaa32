/** What constructs take as arguments, checked when they are made: JavaScript has no compiler before it. */
import { inspect } from 'node:util';
import { Construct, type IConstruct } from 'constructs';
import * as z from 'zod';
import type { Mistake } from './definition-error.js';
import type { Source } from './graph/index.js';
import { problem } from './problems.js';

/** A value of one sort; `allowed` tells a user what that is. */
function value<T>(allowed: string, accepts: (given: unknown) => boolean): z.ZodType<T> {
  return z.custom<T>(accepts, { error: allowed });
}

/** Arguments of constructs. Their error messages say what is allowed. */
export const argument = {
  /** A number of bytes, an address, a line: what a double holds exactly. */
  count: value<number>('a whole number, 0 or more', (given) => Number.isSafeInteger(given) && Number(given) >= 0),
  priority: value<number>('a whole number', (given) => Number.isSafeInteger(given)),
  oneOf: (...names: string[]) => value<string>(names.join(', '), (given) => names.includes(given as string)),
  whole: (first: number, last: number) =>
    value<number>(
      `a whole number from ${first} to ${last}`,
      (given) => Number.isSafeInteger(given) && Number(given) >= first && Number(given) <= last,
    ),
  duration: value<number>(
    'a time of 1 ns or more, such as us(500) or ms(10)',
    (given) => Number.isSafeInteger(given) && Number(given) > 0,
  ),
  text: value<string>('a text that is not empty', (given) => typeof given === 'string' && given !== ''),
  /** An instance of a class: `name` is what a user reads. */
  a: (name: string, accepts: (given: unknown) => boolean) => value<unknown>(name, accepts),
  record: value<Readonly<Record<string, unknown>>>(
    'an object',
    (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
  ),
};

/** Number of letters to change, add or leave out to make one word of the other. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The names most like `given`, best first; none when nothing comes near. */
export function nearest(given: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, away: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** A value as one would write it in a definition, shortened; a construct by its path. */
export function written(given: unknown): string {
  if (Construct.isConstruct(given)) return `${given.constructor.name} ${given.node.path}`;
  return inspect(given, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 80);
}

/** What is being made, and where. */
export interface Place {
  /** Name of the class. */
  readonly type: string;
  readonly path: string;
  readonly source: Source;
}

function unknownArgument({ type, path, source }: Place, key: string, names: readonly string[]): Mistake {
  const [best] = nearest(key, names);
  return {
    code: 'VRD0002',
    summary: `${type} takes no \`${key}\``,
    path,
    source,
    value: key,
    allowed: names.length === 0 ? 'no arguments' : names.join(', '),
    help: best === undefined ? 'remove it' : `write \`${best}\`, or remove it`,
  };
}

function badArgument(
  { type, path, source }: Place,
  issue: z.core.$ZodIssue,
  given: unknown,
  names: readonly string[],
): Mistake {
  const name = issue.path.join('.');
  const bad = issue.path.reduce<unknown>(
    (holder, key) => (holder as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  const what = name === '' ? 'arguments' : `\`${name}\``;
  return {
    code: 'VRD0003',
    summary: bad === undefined ? `${type} needs ${what}` : `${type} cannot take this as ${what}`,
    path,
    source,
    value: written(bad),
    allowed: name === '' ? `an object with ${names.join(', ')}` : issue.message,
    help: bad === undefined ? `add ${what}` : `correct ${what}`,
  };
}

/** Everything wrong with `given`, which should have the shape of `schema`. */
export function mistakesIn(schema: z.ZodObject, given: unknown, place: Place): Mistake[] {
  const result = schema.safeParse(given);
  if (result.success) return [];
  const names = Object.keys(schema.shape);
  return result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0
      ? issue.keys.map((key) => unknownArgument(place, key, names))
      : [badArgument(place, issue, given, names)],
  );
}

/** Notes everything wrong with the arguments of `construct`. */
export function checkArguments(schema: z.ZodObject, given: unknown, construct: IConstruct, source: Source): void {
  const place = { type: construct.constructor.name, path: construct.node.path, source };
  for (const mistake of mistakesIn(schema, given, place)) problem(construct, mistake);
}
