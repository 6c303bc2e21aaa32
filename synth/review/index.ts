/** What is said of a system beyond what keeps it from working: its own rules, advice, acknowledgements. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import { Context } from '../check/context.js';
import type { Finding } from '../findings/index.js';
import { acknowledged, acknowledgementRules } from './acknowledgements.js';
import { advice } from './advice/index.js';
import { checkPolicies, policyRules } from './policies.js';
import { checkTiming, timingRules } from './timing.js';

export { day, systemDate } from './acknowledgements.js';
export { way } from './policies.js';

/** Codes of a review, with what they stand for. */
export const reviewRules: Readonly<Record<string, string>> = {
  ...policyRules,
  ...acknowledgementRules,
  ...timingRules,
  ...Object.fromEntries(advice.map(({ code, title }) => [code, title])),
};

/** Findings on a graph that has no errors. `today` decides which acknowledgements are still good. */
export function review(graph: SystemGraph, today: string): Finding[] {
  const context = new Context(graph, new Map());
  const warnings = advice.flatMap(({ code, check }) =>
    [...check(context)].map((report): Finding => ({ code, severity: 'warning', related: [], ...report })),
  );
  return acknowledged([...checkPolicies(graph), ...checkTiming(graph), ...warnings], graph, today);
}
