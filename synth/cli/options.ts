import type { Options } from 'yargs';
import { machineNames } from '../../arch/index.js';
import { parseDuration } from './duration.js';
import { UsageError } from './failure.js';

/** Milliseconds of an option that is a time. */
export function duration(text: string, option = '--timeout'): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(`${option} ${text} is not a time`, 'write it like 20s, 500ms or 2m');
}

/** The expression of `--expect`, which looks at each line of the console. */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'm');
  } catch (error) {
    throw new UsageError(
      `--expect ${text} is not a regular expression: ${(error as Error).message}`,
      'put a backslash before characters that are meant literally',
    );
  }
}

/** The one source of every option: its name, type and words. Commands pick theirs by name. */
export const options = {
  json: { type: 'boolean', default: false, describe: 'Print data as JSON, for programs' },
  timeout: { type: 'string', requiresArg: true, describe: 'End the machine after a time: 20s, 2m' },
  expect: {
    type: 'string',
    requiresArg: true,
    describe: 'End with 0 as soon as the console matches this regular expression',
  },
  machine: {
    choices: machineNames,
    requiresArg: true,
    describe: 'Machine to use in place of the declared one, with its memory; the output is apart: hello@virt',
  },
  today: {
    type: 'string',
    requiresArg: true,
    describe: 'Day by which acknowledgements are good or expired, as 2027-03-31; the system’s without it',
  },
  format: {
    choices: ['text', 'markdown', 'json', 'sarif', 'html'],
    default: 'text',
    describe: 'How a comparison is printed',
  },
  'fail-on': {
    choices: ['none', 'broadening', 'any'],
    default: 'broadening',
    describe: 'What makes a comparison exit with 2',
  },
  locked: { type: 'boolean', default: false, describe: 'Fail where a system is broader than veridian.lock.json' },
  in: { type: 'string', requiresArg: true, describe: 'Folder, definition file or id of the system that is meant' },
  rust: { type: 'boolean', default: false, describe: 'With native programs of your own, written in Rust' },
  install: { type: 'boolean', default: true, describe: 'Run npm install where veridian cannot be found from there' },
  approve: {
    type: 'boolean',
    default: false,
    describe: 'Deploy although it lets somebody do more than what is deployed',
  },
  'boot-timeout': { type: 'string', requiresArg: true, describe: 'Time that a VM has to boot: 20s, 2m; 1m without it' },
  out: { type: 'string', requiresArg: true, describe: 'File to write' },
  base: {
    type: 'string',
    requiresArg: true,
    describe: 'What to compare with: a git revision, graph, image or lock file',
  },
  command: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    describe: 'A command of GDB, once it has stopped; may be there several times',
  },
  batch: { type: 'boolean', default: false, describe: 'End behind the last --command' },
  once: { type: 'boolean', default: false, describe: 'End after the first snapshot' },
  interval: { type: 'string', requiresArg: true, describe: 'Time between two snapshots: 500ms, 2s; 1s without it' },
  record: { type: 'boolean', default: false, describe: 'Note which granted rights are used, for `veridian tighten`' },
  open: { type: 'boolean', default: false, describe: 'Open it in the browser' },
} as const satisfies Record<string, Options>;

/** The option `--format` of `veridian export`, whose choices are its own. */
export const exportFormat = {
  type: 'string',
  choices: ['capdl'],
  default: 'capdl',
  requiresArg: true,
  describe: 'Format to write: capdl is the seL4 capability distribution language',
} as const satisfies Options;

/** The option `--format` of `veridian trace`, whose choices are its own. */
export const traceFormat = {
  type: 'string',
  choices: ['text', 'chrome'],
  default: 'text',
  requiresArg: true,
  describe: 'Lines as people read them, or what Chrome’s trace viewer and Perfetto read',
} as const satisfies Options;

/** The arguments that commands take by position. */
export const positionals = {
  system: { type: 'string', describe: 'Folder, definition file or id; without it, the project here' },
  component: { type: 'string', describe: 'Path of a component, or a short name; without it, the kernel' },
  stack: {
    type: 'string',
    describe: 'Stack, or a system that one boots; without it, the only one of the project here',
  },
  image: { type: 'string', demandOption: true, describe: 'Boot image, or the system that it was made from' },
  base: {
    type: 'string',
    default: 'HEAD',
    describe: 'Git revision, graph, image or lock file to compare with',
  },
  head: { type: 'string', describe: 'The same for the other side; without it, the working tree' },
  code: {
    type: 'string',
    describe: 'Code of a rule, such as VRD0102, or path of a construct, such as shop/web; without it, all rules',
  },
  subject: { type: 'string', demandOption: true, describe: 'Path of a component, or a short name: web for shop/web' },
  object: { type: 'string', demandOption: true, describe: 'Path of any construct, or a short name' },
  right: { type: 'string', demandOption: true, describe: 'A right, such as write' },
  description: { type: 'string', demandOption: true, describe: 'Microkit system description, such as shop.system' },
  dir: { type: 'string', demandOption: true, describe: 'Folder to make: empty, or not there yet' },
} as const;
