import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readRevision, readWorkingTree } from '../../diff/index.js';
import { outputFolder } from '../../project/index.js';
import { viewPage } from '../../view/index.js';
import { exit, UsageError } from '../failure.js';
import { locate } from '../locate.js';
import { writeFile } from '../write-file.js';
import { command, print } from './command.js';

/** Opens a file with what the desktop opens such files with. */
function openFile(path: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program ?? '', [...args, pathToFileURL(path).href], { detached: true, stdio: 'ignore' });
  child.on('error', () => process.stderr.write(`${program} is not there: open ${path} in a browser\n`));
  child.unref();
}

/** `veridian view` */
export const view = command({
  usage: 'view [system]',
  describe: 'Write a page on which the system can be looked at, and compared with --base',
  positionals: ['system'],
  options: ['base', 'out', 'open'],
  handler: async ({ system, base, out, open }, reporter) => {
    const at = { ...locate(system), reporter };
    const head = await readWorkingTree(at);
    const graphs = head.graphs.filter((graph) => at.system === undefined || graph.system === at.system);
    const [graph] = graphs;
    if (graph === undefined || graphs.length > 1) {
      const ids = head.graphs.map((one) => one.system).join(', ');
      const what = graph === undefined ? `there is no system ${at.system ?? ''}` : `there are ${graphs.length} systems`;
      throw new UsageError(what.trim(), ids === '' ? 'make one with `new System(app, …)`' : `name one: ${ids}`);
    }
    const before = base === undefined ? undefined : await readRevision(base, { ...at, system: graph.system });
    const compared = before?.graphs.find((one) => one.system === graph.system) ?? before?.graphs[0];
    if (before !== undefined && compared === undefined)
      throw new UsageError(`${base} has no system ${graph.system}`, 'name a revision that has it');
    const page = viewPage({
      head: graph,
      ...(compared && base !== undefined ? { base: compared, names: { base, head: head.name } } : {}),
    });
    const path = out === undefined ? join(at.project, outputFolder, `${graph.system}.html`) : resolve(out);
    if (out === undefined) mkdirSync(dirname(path), { recursive: true });
    writeFile(path, page, { replace: true });
    print(path);
    if (open) openFile(path);
    return exit.fine;
  },
});
