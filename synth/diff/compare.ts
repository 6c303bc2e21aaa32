/** Compares what everybody in two systems can do, directly and in the end. */
import type { Node, NodeOf, SystemGraph } from '../../constructs/graph/index.js';
import { Authority } from '../authority/index.js';
import { Changes, sideOf } from './changes.js';
import { type Matching, matchNodes } from './match.js';
import {
  type Broken,
  type Change,
  type ComponentDiff,
  type Diff,
  diffVersion,
  type SystemDiff,
  together,
  verdictOf,
} from './model.js';
import { type Names, translateNames } from './names.js';
import { ReachComparison, type ReachDiff } from './reach.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isComponent = (node: Node): node is NodeOf<'Component'> => node.type === 'Component';

/** One component of the base, the head or both. */
interface Pair {
  readonly before: NodeOf<'Component'> | undefined;
  readonly after: NodeOf<'Component'> | undefined;
  readonly changes: readonly Change[];
}

function pairs(base: SystemGraph, head: SystemGraph, matching: Matching, changes: Changes): Pair[] {
  const bases = new Map(base.nodes.filter(isComponent).map((node) => [node.path, node]));
  const both = head.nodes.filter(isComponent).map((after) => {
    const path = matching.toBase.get(after.path);
    const before = path === undefined ? undefined : bases.get(path);
    if (path !== undefined) bases.delete(path);
    return { before, after };
  });
  return [...both, ...[...bases.values()].map((before) => ({ before, after: undefined }))]
    .map(({ before, after }) => ({ before, after, changes: changes.of(before?.path, after?.path) }))
    .sort((a, b) => compare((a.after ?? a.before)?.path ?? '', (b.after ?? b.before)?.path ?? ''));
}

/** Whether anything but grants differs from which reach follows: who is told of faults, what wakes whom. */
function wiringChanged(base: SystemGraph, head: SystemGraph, { toHead }: Matching): boolean {
  const heads = new Map(head.nodes.map((node) => [node.path, node]));
  const wires = (node: Node | undefined, name: (path: string) => string | undefined): string => {
    if (!node) return '';
    const supervisor = 'supervisor' in node && node.supervisor !== undefined ? name(node.supervisor) : '';
    const notification = 'notification' in node && node.notification !== undefined ? name(node.notification) : '';
    return `${node.type} ${supervisor} ${notification}`;
  };
  return (
    base.machine.arch !== head.machine.arch ||
    base.nodes.length !== head.nodes.length ||
    base.nodes.some((node) => {
      const after = heads.get(toHead.get(node.path) ?? '');
      return wires(node, (path) => toHead.get(path)) !== wires(after, (path) => path);
    })
  );
}

function notesOf({ before, after }: Pair, names: Names): string[] {
  if (!before || !after || names.program(before.program) === after.program) return [];
  return [`runs ${after.program} instead of ${before.program}`];
}

/** Compares one system with what it was. */
export function diffSystems(base: SystemGraph, head: SystemGraph): SystemDiff {
  const names = translateNames(base, head);
  const matching = matchNodes(base, head, names);
  const all = pairs(base, head, matching, new Changes(sideOf(base), sideOf(head), matching, names));
  const changed = all.some(({ before, after, changes }) => !before || !after || changes.length > 0);
  const reach =
    changed || wiringChanged(base, head, matching)
      ? new ReachComparison(Authority.of(base), Authority.of(head), matching)
      : undefined;
  const components: ComponentDiff[] = [];
  const counts = { broader: 0, narrower: 0, incomparable: 0, renamed: 0, unchanged: 0 };
  for (const pair of all) {
    const diff = component(pair, base, head, names, reach);
    if (diff) components.push(diff);
    if (diff && diff.verdict !== 'equivalent') counts[diff.verdict] += 1;
    else if (diff?.status === 'renamed') counts.renamed += 1;
    else counts.unchanged += 1;
  }
  return {
    system: head.system,
    ...(base.system === head.system ? {} : { was: base.system }),
    verdict: together(components.map(({ verdict }) => verdict)),
    source: head.source,
    components,
    counts,
    omitted: reach?.omitted ?? [],
  };
}

const unchanged: ReachDiff = { gains: false, loses: false, reaches: [], lost: [] };

/** The path of a construct without the id of its system. */
const local = (path: string, { system }: SystemGraph): string =>
  path.startsWith(`${system}/`) ? path.slice(system.length + 1) : path;

function component(
  pair: Pair,
  base: SystemGraph,
  head: SystemGraph,
  names: Names,
  reach: ReachComparison | undefined,
): ComponentDiff | undefined {
  const { before, after, changes } = pair;
  const node = after ?? before;
  if (!node) return undefined;
  const ends = reach?.of(before?.path, after?.path) ?? unchanged;
  const notes = notesOf(pair, names);
  const renamed = before && after && local(before.path, base) !== local(after.path, head);
  const status = !before ? 'added' : !after ? 'removed' : renamed ? 'renamed' : 'same';
  const verdict = together([
    ...changes.map((change) => change.verdict),
    verdictOf(ends.gains || !before, ends.loses || !after),
  ]);
  if (verdict === 'equivalent' && status === 'same' && notes.length === 0) return undefined;
  const first = changes.find((change) => change.verdict !== 'narrower') ?? changes[0];
  const source = first?.source ?? ends.reaches[0]?.witness[0]?.source ?? node.source;
  return {
    path: node.path,
    ...(renamed ? { was: before.path } : {}),
    status,
    verdict,
    source,
    changes,
    reaches: ends.reaches,
    loses: ends.lost,
    notes,
  };
}

/** A system with nobody in it, in the place of one that is not there. */
function nobody({ system, source, machine, schema }: SystemGraph): SystemGraph {
  return { schema, system, source, machine, interfaces: [], programs: [], nodes: [], edges: [] };
}

/** What was compared, by the names that a user gave. */
export interface Named {
  readonly name: string;
  readonly graphs: readonly SystemGraph[];
}

/**
 * Compares all systems of two revisions. Systems are the same by their id; one that is gone and one that is new are
 * the same where there is exactly one of each.
 */
export function diffRevisions(base: Named, head: Named, broken: readonly Broken[] = []): Diff {
  const bases = new Map(base.graphs.map((graph) => [graph.system, graph]));
  const heads = new Map(head.graphs.map((graph) => [graph.system, graph]));
  const gone = base.graphs.filter(({ system }) => !heads.has(system));
  const added = head.graphs.filter(({ system }) => !bases.has(system));
  const couples: [SystemGraph, SystemGraph][] = head.graphs.flatMap((graph) => {
    const before = bases.get(graph.system);
    return before ? [[before, graph] as [SystemGraph, SystemGraph]] : [];
  });
  const [before, after] = [gone[0], added[0]];
  if (before && after && gone.length === 1 && added.length === 1) couples.push([before, after]);
  else {
    couples.push(...gone.map((graph): [SystemGraph, SystemGraph] => [graph, nobody(graph)]));
    couples.push(...added.map((graph): [SystemGraph, SystemGraph] => [nobody(graph), graph]));
  }
  const systems = couples.map(([one, other]) => diffSystems(one, other)).sort((a, b) => compare(a.system, b.system));
  return {
    schema: diffVersion,
    base: base.name,
    head: head.name,
    verdict: together(systems.map(({ verdict }) => verdict)),
    complete: systems.every(({ omitted }) => omitted.length === 0),
    systems,
    broken,
  };
}
