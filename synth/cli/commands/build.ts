import { generateProject } from '../../generate/index.js';
import { buildPrograms } from '../../toolchain/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';

/** `veridian build` */
export const build = command({
  usage: 'build [system]',
  describe: 'Build a project’s programs and write their types, for your editor',
  positionals: ['system'],
  options: ['json'],
  handler: async ({ system, json }, reporter) => {
    const { project } = locate(system);
    await generateProject(project, 'x86_64', reporter);
    const programs = await buildPrograms(project, 'x86_64');
    if (json) printJson(Object.fromEntries(programs));
    else for (const path of programs.values()) print(path);
    return exit.fine;
  },
});
