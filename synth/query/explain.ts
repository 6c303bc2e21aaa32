/** What is known of one construct: what it holds, what it can reach, and who reaches it. */
import type { Edge, Node, SystemGraph } from '../../constructs/graph/index.js';
import { Authority } from '../authority/index.js';
import { capabilityText } from '../check/context.js';
import { place } from '../findings/index.js';
import { analyseTiming, durationText, type TaskTiming } from '../timing/index.js';
import type { Named } from './names.js';

/** A right on an object, and through whom it is reached. */
export interface Reached {
  readonly object: string;
  readonly rights: readonly string[];
  readonly through: string;
}

/** Somebody who reaches this construct. */
export interface Reacher {
  readonly subject: string;
  readonly rights: readonly string[];
  /** Absent when a grant of its own says so. */
  readonly through?: string;
}

export interface Explained {
  readonly node: Node;
  /** What its own grants say. */
  readonly holds: readonly Edge[];
  /** What others can pass to it. */
  readonly canComeToHold: readonly Edge[];
  /** What it can do only through others. */
  readonly reaches: readonly Reached[];
  readonly reachedBy: readonly Reacher[];
  /** Of its periodic work, where it declares any. */
  readonly timing?: TaskTiming;
}

function reachers(authority: Authority, path: string): Reacher[] {
  const found = new Map<string, { rights: string[]; through: string | undefined }>();
  for (const fact of authority.model.factsOf(path)) {
    const { right = '' } = authority.model.facts[fact] ?? {};
    for (const { subject, direct, through } of authority.holders(path, right)) {
      const known = found.get(subject);
      if (known) {
        known.rights.push(right);
        if (direct) known.through = undefined;
      } else found.set(subject, { rights: [right], through });
    }
  }
  for (const { subject, through } of authority.callers(path)) {
    if (!found.has(subject)) found.set(subject, { rights: ['make it act'], through });
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subject, { rights, through }]) => ({ subject, rights, ...(through === undefined ? {} : { through }) }));
}

function explainNode(graph: SystemGraph, authority: Authority, node: Node, timing?: TaskTiming): Explained {
  const holds = graph.edges.filter(({ subject }) => subject === node.path);
  const passed = authority.holdings(node.path).filter(({ direct }) => !direct);
  const direct = authority.direct(node.path);
  const reaches = [...authority.reachable(node.path)].flatMap(([object, rights]): Reached[] => {
    const further = [...rights].filter((right) => !direct.get(object)?.has(right));
    const [right] = further;
    if (right === undefined) return [];
    const [first] = authority.witness(node.path, object, right) ?? [];
    const through = first === undefined || first.to === object ? (first?.on ?? '') : first.to;
    return [{ object, rights: further, through }];
  });
  return {
    node,
    holds,
    canComeToHold: passed.map(({ edge }) => edge),
    reaches,
    reachedBy: reachers(authority, node.path),
    ...(timing === undefined ? {} : { timing }),
  };
}

/** Everything in the graph at or below a construct. */
export function explainPath({ graph, paths }: Named): Explained[] {
  const authority = Authority.of(graph);
  const tasks = analyseTiming(graph).flatMap(({ tasks: all }) => all);
  const timings = new Map(tasks.map((task) => [task.component, task]));
  return graph.nodes
    .filter(({ path }) => paths.includes(path))
    .map((node) => explainNode(graph, authority, node, timings.get(node.path)));
}

function what(node: Node): string {
  if (node.type === 'Component') return `${node.role}, program ${node.program}, ${node.class} ${node.priority}`;
  return node.type === 'Endpoint' ? `Endpoint of ${node.interface}` : node.type;
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `  ${title}`,
    ...rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
  ];
}

const edgeRow = ({ kind, rights, object, source }: Edge): string[] => [
  capabilityText(kind, rights),
  `on ${object}`,
  place(source),
];

function timingRows({ period, deadline, response, terms, unknown }: TaskTiming): string[][] {
  const end = response === undefined ? 'at an unknown time' : `after ${durationText(response)}`;
  return [
    ['done', end, `of ${durationText(deadline)}, every ${durationText(period)}`],
    ...terms
      .filter(({ time }) => time > 0)
      .map(({ label, time, text, source }) => [label, durationText(time), `${text}  ${place(source)}`]),
    ...unknown.map(({ text, source }) => ['because', text, place(source)]),
  ];
}

export function explainedText({ node, holds, canComeToHold, reaches, reachedBy, timing }: Explained): string {
  return [
    `${node.path}  ${what(node)}  ${place(node.source)}`,
    ...section('in time', timing === undefined ? [] : timingRows(timing)),
    ...section(
      'holds',
      holds.map((edge) => [edge.need, ...edgeRow(edge).slice(0, 2), place(edge.source)]),
    ),
    ...section('can be passed', canComeToHold.map(edgeRow)),
    ...section(
      'reaches',
      reaches.map(({ object, rights, through }) => [object, `{ ${rights.join(', ')} }`, `through ${through}`]),
    ),
    ...section(
      'is reached by',
      reachedBy.map(({ subject, rights, through }) => [
        subject,
        `{ ${rights.join(', ')} }`,
        through === undefined ? 'directly' : `through ${through}`,
      ]),
    ),
  ].join('\n');
}
