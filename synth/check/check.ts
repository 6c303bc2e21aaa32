/** Runs every rule on a system and gives all findings at once. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import { type Finding, sortFindings } from '../findings/index.js';
import type { NativeProgram } from '../programs/index.js';
import { Context } from './context.js';
import { rules } from './rules/index.js';
import { systemClash } from './system-clash.js';

/** Findings of one system. `natives` are the programs that could be read, by name. */
export function checkSystem(graph: SystemGraph, natives: ReadonlyMap<string, NativeProgram>): Finding[] {
  const context = new Context(graph, natives);
  const findings: Finding[] = [];
  for (const rule of rules) {
    for (const report of rule.check(context)) {
      findings.push({ code: rule.code, severity: 'error', related: [], ...report });
    }
  }
  return sortFindings(findings);
}

/** Findings that concern several systems of one definition. */
export function checkSystems(graphs: readonly SystemGraph[]): Finding[] {
  return sortFindings(
    [...systemClash.check(graphs)].map((report) => ({
      code: systemClash.code,
      severity: 'error' as const,
      related: [],
      ...report,
    })),
  );
}
