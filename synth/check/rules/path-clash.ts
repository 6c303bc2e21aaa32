import type { Source } from '../../../constructs/graph/index.js';
import type { Report, Rule } from '../context.js';

interface Named {
  readonly name: string;
  readonly path?: string;
  readonly source?: Source;
}

/** Things of one sort that have the same name, one report a name. */
function* clashes(sort: string, all: Iterable<Named>, help: string): Iterable<Report> {
  const byName = new Map<string, Named[]>();
  for (const one of all) {
    const list = byName.get(one.name);
    if (list) list.push(one);
    else byName.set(one.name, [one]);
  }
  for (const [name, [first, ...others]] of byName) {
    if (!first || others.length === 0) continue;
    yield {
      message: `${others.length + 1} ${sort} are called ${name}`,
      ...(first.path === undefined ? {} : { path: first.path }),
      ...(first.source === undefined ? {} : { source: first.source }),
      related: others.map((other) => ({
        label: 'also',
        text: other.path ?? other.name,
        ...(other.source === undefined ? {} : { source: other.source }),
      })),
      help,
    };
  }
}

export const pathClash: Rule = {
  code: 'VRD0301',
  title: 'names that clash',
  *check({ graph }) {
    const { nodes, edges, programs, interfaces, source } = graph;
    const help = 'give each one a name of its own';
    yield* clashes(
      'constructs',
      nodes.map(({ path, source: line }) => ({ name: path, path, source: line })),
      help,
    );
    yield* clashes(
      'programs',
      programs.map(({ name }) => ({ name, source })),
      help,
    );
    yield* clashes(
      'interfaces',
      interfaces.map(({ name }) => ({ name, source })),
      help,
    );
    yield* clashes(
      'grants',
      edges.map((edge) => ({ name: `${edge.subject}.${edge.need}`, path: edge.subject, source: edge.source })),
      'grant each need once',
    );
  },
};
