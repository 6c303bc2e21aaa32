/** Who can do what to what, as a table. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import { Authority, shortPath } from '../authority/index.js';

/** One cell that is not empty. */
export interface Cell {
  readonly subject: string;
  readonly object: string;
  /** Rights that its own grants say. */
  readonly direct: readonly string[];
  /** Further ones that it reaches through others. */
  readonly through: readonly string[];
}

/** Every cell that is not empty, in order of subject and object. */
export function matrix(graph: SystemGraph): Cell[] {
  const authority = Authority.of(graph);
  return authority.model.components.list.flatMap((subject) => {
    const direct = authority.direct(subject);
    return [...authority.reachable(subject)].map(([object, rights]): Cell => {
      const own = direct.get(object);
      return {
        subject,
        object,
        direct: [...rights].filter((right) => own?.has(right)),
        through: [...rights].filter((right) => !own?.has(right)),
      };
    });
  });
}

/** Objects in rows, components in columns, `●` for what is granted, `○` for what is reached through others. */
export function matrixText(graph: SystemGraph): string {
  const cells = matrix(graph);
  const subjects = [...new Set(cells.map(({ subject }) => subject))];
  const rows = new Map<string, Map<string, string>>();
  const put = (object: string, right: string, subject: string, mark: string): void => {
    const row = `${shortPath(object)}  ${right}`;
    const marks = rows.get(row) ?? new Map<string, string>();
    rows.set(row, marks.set(subject, mark));
  };
  for (const { subject, object, direct, through } of cells) {
    for (const right of direct) put(object, right, subject, '●');
    for (const right of through) put(object, right, subject, '○');
  }
  const names = [...rows.keys()].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  const head = subjects.map((subject, index) => `${'│ '.repeat(index)}┌ ${shortPath(subject)}`);
  return [
    ...head.reverse().map((line) => `${' '.repeat(width)}  ${line}`),
    ...names.map((name) => {
      const marks = subjects.map((subject) => rows.get(name)?.get(subject) ?? '·');
      return `${name.padEnd(width)}  ${marks.join(' ')}`;
    }),
    '',
    '● by a grant of its own   ○ through others   · not at all',
  ].join('\n');
}
