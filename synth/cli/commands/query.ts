/** Questions about the authority in a system: `why`, `who-can`, `matrix`. */

import type { SystemGraph } from '../../../constructs/graph/index.js';
import { Authority } from '../../authority/index.js';
import { hasErrors, place, renderFindings, ToolError } from '../../findings/index.js';
import { matrix as cells, graphsOf, matrixText, resolveName, why as ways, wayText } from '../../query/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { command, print, printJson } from './command.js';

/** Runs a query on the graphs of what the user named; prints findings where there are none. */
export async function withGraphs(
  name: string | undefined,
  query: (graphs: readonly SystemGraph[]) => number,
): Promise<number> {
  const { graphs, findings } = await graphsOf(locate(name));
  if (!hasErrors(findings)) return query(graphs);
  process.stderr.write(`${renderFindings(findings, { stream: process.stderr })}\n`);
  return exit.findings;
}

/** `veridian why` */
export const why = command({
  usage: 'why <subject> <object>',
  describe: 'Say how one construct can come to do something to another, with the line of each step',
  positionals: ['subject', 'object'],
  options: ['in', 'json'],
  handler: ({ subject, object, in: system, json }) =>
    withGraphs(system, (graphs) => {
      const [from, to] = [resolveName(graphs, subject), resolveName(graphs, object)];
      const found = ways(from, to);
      if (json) printJson({ subject: from.path, object: to.path, ways: found });
      else print(found.length > 0 ? found.map(wayText).join('\n') : `${from.path} cannot reach ${to.path}`);
      return exit.fine;
    }),
});

/** `veridian who-can` */
export const whoCan = command({
  usage: 'who-can <right> <object>',
  describe: 'List who can come to exercise a right on an object, and through whom',
  positionals: ['right', 'object'],
  options: ['in', 'json'],
  handler: ({ right, object, in: system, json }) =>
    withGraphs(system, (graphs) => {
      const { graph, path, paths } = resolveName(graphs, object);
      const authority = Authority.of(graph);
      const rights = new Set(
        paths.flatMap((one) => authority.model.factsOf(one)).map((fact) => authority.model.facts[fact]?.right ?? ''),
      );
      if (!rights.has(right)) {
        throw new ToolError({
          code: 'VRD0027',
          message: `nobody holds a right called ${right} on ${path}`,
          help: rights.size > 0 ? `rights that somebody holds: ${[...rights].sort().join(', ')}` : 'nobody holds any',
        });
      }
      const found = paths.flatMap((one) => authority.holders(one, right).map((holder) => ({ ...holder, object: one })));
      if (json) {
        printJson(found);
        return exit.fine;
      }
      const width = Math.max(...found.map(({ subject }) => subject.length));
      const rows = found.map(({ subject, direct, through, object: held }) => {
        const edge = graph.edges.find(
          (one) => one.subject === subject && one.object === held && one.rights.includes(right),
        );
        const how = direct ? `directly${edge ? `      ${place(edge.source)}` : ''}` : `through ${through}`;
        return `${subject.padEnd(width)}  ${how}`;
      });
      print(rows.join('\n'));
      return exit.fine;
    }),
});

/** `veridian matrix` */
export const matrix = command({
  usage: 'matrix [system]',
  describe: 'Print who can do what to what: by a grant of its own, or through others',
  positionals: ['system'],
  options: ['json'],
  handler: ({ system, json }) =>
    withGraphs(system, (graphs) => {
      if (json) printJson(graphs.map((graph) => ({ system: graph.system, cells: cells(graph) })));
      else print(graphs.map(matrixText).join('\n\n'));
      return exit.fine;
    }),
});
