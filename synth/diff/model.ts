/** What a comparison of two systems says. Every format is rendered from this, and from nothing else. */
import type { Source } from '../../constructs/graph/index.js';
import type { Step } from '../authority/index.js';

/** Name and version of the JSON that `veridian diff --format json` prints. */
export const diffVersion = 'veridian.diff/1';

/** How authority after a change compares with that before; `incomparable` both gains and loses. */
export type Verdict = 'equivalent' | 'narrower' | 'broader' | 'incomparable';

/** One direct difference in what a component holds. */
export interface Change {
  /**
   * `rights` of a grant; the `extent` of the object behind it (addresses, ports, bytes, what can be made of a pool); the
   * `methods` that a right stands for; the component's own `priority` and `core`.
   */
  readonly what: 'rights' | 'extent' | 'methods' | 'priority' | 'core';
  /** Name of the need that holds it, or `priority` or `core`. */
  readonly need: string;
  /** Path of the object in the head, or in the base when it is gone. */
  readonly object: string;
  readonly kind: string;
  /** Sorted; empty where there was nothing. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly verdict: Verdict;
  /** The line of the grant in the head, or in the base when it is gone. */
  readonly source: Source;
}

/** Something that a component can come to do only after the change, or could only before. */
export interface Reach {
  readonly object: string;
  readonly rights: readonly string[];
  /** A shortest way there, in the head for what is new and in the base for what is gone. */
  readonly witness: readonly Step[];
}

/** One component that is not as it was. */
export interface ComponentDiff {
  /** In the head, or in the base when it is removed. */
  readonly path: string;
  /** Path in the base, where that is another. */
  readonly was?: string;
  readonly status: 'same' | 'renamed' | 'added' | 'removed';
  readonly verdict: Verdict;
  /** The line of the first grant that changed, else the component's own. */
  readonly source: Source;
  readonly changes: readonly Change[];
  readonly reaches: readonly Reach[];
  readonly loses: readonly Reach[];
  /** What changed without a change of authority: another program. */
  readonly notes: readonly string[];
}

export interface Counts {
  readonly broader: number;
  readonly narrower: number;
  readonly incomparable: number;
  readonly renamed: number;
  readonly unchanged: number;
}

/** One system, before and after. */
export interface SystemDiff {
  readonly system: string;
  /** Id in the base, where that is another. */
  readonly was?: string;
  readonly verdict: Verdict;
  readonly source: Source;
  /** In the order of their paths; those that are the same in every way are only counted. */
  readonly components: readonly ComponentDiff[];
  readonly counts: Counts;
  /** What was not compared; empty when the comparison is complete. */
  readonly omitted: readonly string[];
}

/** Something that the head breaks beside its authority: a rule of the project's own. */
export interface Broken {
  readonly code: string;
  readonly message: string;
  readonly source?: Source;
}

export interface Diff {
  readonly schema: typeof diffVersion;
  /** How the user named both sides: `main`, `veridian.lock.json`, `working tree`. */
  readonly base: string;
  readonly head: string;
  readonly verdict: Verdict;
  readonly complete: boolean;
  readonly systems: readonly SystemDiff[];
  readonly broken: readonly Broken[];
}

/** The verdict of something that gains, loses, both or neither. */
export function verdictOf(gains: boolean, loses: boolean): Verdict {
  if (gains) return loses ? 'incomparable' : 'broader';
  return loses ? 'narrower' : 'equivalent';
}

/** The verdict of parts together. */
export function together(verdicts: Iterable<Verdict>): Verdict {
  let [gains, loses] = [false, false];
  for (const verdict of verdicts) {
    gains ||= verdict === 'broader' || verdict === 'incomparable';
    loses ||= verdict === 'narrower' || verdict === 'incomparable';
  }
  return verdictOf(gains, loses);
}

/** Whether a verdict means that somebody can do more than before. */
export const gains = (verdict: Verdict): boolean => verdict === 'broader' || verdict === 'incomparable';

/** What `--fail-on` lets through. */
export type FailOn = 'none' | 'broadening' | 'any';

/** Whether a comparison trips the gate. What is broken, or was not compared, never passes for "no broadening". */
export function trips(diff: Diff, failOn: FailOn): boolean {
  if (failOn === 'none') return false;
  if (gains(diff.verdict) || diff.broken.length > 0 || !diff.complete) return true;
  return failOn === 'any' && diff.verdict !== 'equivalent';
}

/** Adds up the counts of all systems. */
export function countAll(systems: readonly SystemDiff[]): Counts {
  const sum = (name: keyof Counts): number => systems.reduce((total, { counts }) => total + counts[name], 0);
  return {
    broader: sum('broader'),
    narrower: sum('narrower'),
    incomparable: sum('incomparable'),
    renamed: sum('renamed'),
    unchanged: sum('unchanged'),
  };
}
