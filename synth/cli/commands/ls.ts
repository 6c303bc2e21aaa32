import type { SystemGraph } from '../../../constructs/graph/index.js';
import { exit } from '../failure.js';
import { command, print, printJson } from './command.js';
import { outcomeOf, printFindings } from './systems.js';

/** A system's constructs, one a line: path, what it is, and where it is declared. */
function lines({ system, source, machine, nodes }: SystemGraph): string[] {
  const row = (path: string, what: string, file: string, line: number): [string, string, string] => [
    path,
    what,
    `${file}:${line}`,
  ];
  const rows = [
    row(system, `System on ${machine.name}`, source.file, source.line),
    ...nodes.map((node) => {
      const what = node.type === 'Component' ? `${node.role}, program ${node.program}` : node.type;
      return row(node.path, what, node.source.file, node.source.line);
    }),
  ];
  const width = (column: 0 | 1): number => Math.max(...rows.map((cells) => cells[column].length));
  const [first, second] = [width(0), width(1)];
  return rows.map(([path, what, place]) => `${path.padEnd(first)}  ${what.padEnd(second)}  ${place}`);
}

/** `veridian ls` */
export const ls = command({
  usage: 'ls [system]',
  describe: 'List systems and what they are made of',
  positionals: ['system'],
  options: ['json'],
  handler: async ({ system, json }, reporter) => {
    const outcome = await outcomeOf(system, { write: false, reporter });
    const graphs = outcome.systems.map(({ graph }) => graph);
    if (json) printJson(graphs.map(({ system: id, nodes }) => ({ system: id, nodes })));
    else if (graphs.length > 0) print(graphs.flatMap(lines).join('\n'));
    printFindings(outcome);
    return outcome.findings.some(({ severity }) => severity === 'error') ? exit.findings : exit.fine;
  },
});
