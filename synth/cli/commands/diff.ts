import {
  brokenBy,
  type Diff,
  diffRevisions,
  readRevision,
  readWorkingTree,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderSarif,
  renderText,
  repositoryPrefix,
  trips,
} from '../../diff/index.js';
import { day, review } from '../../review/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print } from './command.js';

async function render(diff: Diff, format: string, project: string): Promise<string> {
  const { NO_COLOR } = process.env;
  if (format === 'json') return renderJson(diff);
  if (format === 'markdown') return renderMarkdown(diff);
  if (format === 'html') return renderHtml(diff);
  if (format === 'sarif') return renderSarif(diff, { prefix: await repositoryPrefix(project) });
  return renderText(diff, { colour: process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') });
}

/** `veridian diff` */
export const diff = command({
  usage: 'diff [base] [head]',
  describe: 'Say who can do more or less than in a git revision, graph, image, lock file or vm:NAME',
  positionals: ['base', 'head'],
  options: ['format', 'fail-on', 'today'],
  handler: async ({ base, head, format, 'fail-on': failOn, today }, reporter) => {
    const at = { ...locate(undefined), reporter };
    const before = await readRevision(base, at);
    const after = head === undefined ? await readWorkingTree(at) : await readRevision(head, at);
    const reviewed = after.graphs.flatMap((graph) => review(graph, day(today)));
    const compared = diffRevisions(before, after, [...after.broken, ...brokenBy(reviewed)]);
    print(await render(compared, format, at.project));
    return trips(compared, failOn) ? exit.findings : exit.fine;
  },
});
