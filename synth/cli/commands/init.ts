import { initProject } from '../../init/index.js';
import { exit } from '../failure.js';
import { command } from './command.js';

/** `veridian init` */
export const init = command({
  usage: 'init <dir>',
  describe: 'Make a new project that boots',
  positionals: ['dir'],
  options: ['rust', 'install'],
  handler: async ({ dir, rust, install }, reporter) => {
    await initProject(dir, { rust, install }, reporter);
    const steps = dir === '.' ? 'npm start' : `cd ${dir} && npm start`;
    process.stderr.write(`\nNow: ${steps}\n`);
    return exit.fine;
  },
});
