/** What the tool has to say about a system: one shape for every check, step and command. */
import type { Source } from '../../constructs/graph/index.js';

/** A fact beside a finding: `grants`, `needs`, or another place (`also`) that takes part in it. */
export interface Related {
  /** `also` names another place that is as much at fault; any other word starts its own line. */
  readonly label: string;
  /** For `also` the path of the construct there. */
  readonly text: string;
  /** What the text is about, where that is another construct, such as `shop/files`. */
  readonly on?: string;
  readonly source?: Source;
}

/** Something wrong with what a user wrote: one rule, one place, and the way out. */
export interface Finding {
  /** Rule, `VRD` and four digits; `veridian explain` prints its page. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, with the bad value in it. */
  readonly message: string;
  /** Path of the construct. */
  readonly path?: string;
  readonly source?: Source;
  readonly related: readonly Related[];
  /** What is allowed, and the way out. */
  readonly help: string;
}

/**
 * The tool could not do its work, through nobody’s mistake in a definition: a full disk, an image that is
 * damaged, a folder that is not a project. Commands print it like a finding, without a stack, and exit 1.
 */
export class ToolError extends Error {
  readonly finding: Finding;

  constructor(finding: Omit<Finding, 'severity' | 'related'> & Partial<Pick<Finding, 'related'>>) {
    super(finding.message);
    this.name = 'ToolError';
    this.finding = { severity: 'error', related: [], ...finding };
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One order for every run: by code, then place, then text. Equal findings are one. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const keyed = findings.map((finding) => ({
    finding,
    place: finding.source,
    text: JSON.stringify([finding.path ?? '', finding.message, finding.related]),
  }));
  keyed.sort(
    (a, b) =>
      order(a.finding.code, b.finding.code) ||
      order(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      order(a.text, b.text),
  );
  return keyed
    .filter(({ finding, text }, index) => {
      const before = keyed[index - 1];
      return !(before && before.finding.code === finding.code && before.text === text);
    })
    .map(({ finding }) => finding);
}

/** Whether anything among them stops a synth. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
