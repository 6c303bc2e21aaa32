/** What a deployment would change in who may do what, compared with the machines that are there. */
import { graphDigest, type SystemGraph } from '../../constructs/graph/index.js';
import type { Stack } from '../../constructs/stack.js';
import { type Diff, diffRevisions, gains, type Verdict } from '../diff/index.js';
import { type DeployedMachine, readGraph } from './machine.js';

/** How one system compares with what machines of it run. */
export interface AuthorityChange {
  readonly system: string;
  /** Digests of the graphs that are deployed, one for each that differs; empty when none is. */
  readonly deployed: readonly string[];
  readonly digest: string;
  /** Absent when nothing of it is deployed. */
  readonly verdict?: Verdict;
  /** The comparison with each graph that is deployed and differs. */
  readonly diffs: readonly Diff[];
}

/** Whether a name is that of a machine of a group: the group’s name, a hyphen and a number. */
const isOf = (group: string, name: string): boolean =>
  name.startsWith(`${group}-`) && /^\d+$/.test(name.slice(group.length + 1));

const compare = (base: SystemGraph, head: SystemGraph): Diff =>
  diffRevisions({ name: 'what is deployed', graphs: [base] }, { name: 'this definition', graphs: [head] });

/** The verdict of several comparisons: the one that says most. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const all: readonly Verdict[] = ['broader', 'incomparable', 'narrower', 'equivalent'];
  return all.find((verdict) => verdicts.includes(verdict)) ?? 'equivalent';
}

/** Compares every system of a stack with what its machines were started with. */
export function authorityChanges(
  { machines }: Stack,
  graphs: readonly SystemGraph[],
  deployed: readonly DeployedMachine[],
): AuthorityChange[] {
  const ids = [...new Set(machines.map(({ system }) => system))].sort();
  return ids.flatMap((id) => {
    const head = graphs.find(({ system }) => system === id);
    if (head === undefined) return [];
    const digest = graphDigest(head);
    const groups = machines.filter(({ system }) => system === id);
    const bases = new Map<string, SystemGraph>();
    for (const { folder, record } of deployed) {
      const graph = groups.some(({ name }) => isOf(name, record.request.name)) ? readGraph(folder) : undefined;
      if (graph !== undefined) bases.set(record.graph, graph);
    }
    const diffs = [...bases].filter(([base]) => base !== digest).map(([, base]) => compare(base, head));
    const verdict = bases.size === 0 ? {} : { verdict: worst(diffs.map((diff) => diff.verdict)) };
    return [{ system: id, deployed: [...bases.keys()], digest, diffs, ...verdict }];
  });
}

/** Whether a deployment lets somebody do more than what is deployed. */
export function broadens(changes: readonly AuthorityChange[]): boolean {
  return changes.some(({ verdict }) => verdict !== undefined && gains(verdict));
}
