/** Findings that somebody has taken the responsibility for. */
import type { Acknowledgement, SystemGraph } from '../../constructs/graph/index.js';
import { isWithin } from '../../constructs/policy/view.js';
import { type Finding, ToolError } from '../findings/index.js';

export const acknowledgementRules = {
  VRD0318: 'acknowledgement has expired',
  VRD0319: 'acknowledgement of nothing',
} as const;

/** Today, as the machine’s clock and time zone have it: `2026-11-22`. */
export function systemDate(now = new Date()): string {
  const two = (number: number): string => `${number}`.padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A day that a user gave; the system’s without one. */
export function day(text: string | undefined): string {
  if (text === undefined) return systemDate();
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return text;
  throw new ToolError({ code: 'VRD0901', message: `--today ${text} is not a day`, help: 'write it like 2027-03-31' });
}

const matches = ({ code, path }: Acknowledgement, finding: Finding): boolean =>
  finding.code === code && finding.path !== undefined && isWithin(finding.path, path);

/** What is left of `findings` when those that are acknowledged are taken away, with what is wrong with that. */
export function acknowledged(
  findings: readonly Finding[],
  { acknowledgements = [] }: SystemGraph,
  today: string,
): Finding[] {
  const valid = acknowledgements.filter(({ expires }) => today <= expires);
  const left = findings.filter((finding) => !valid.some((one) => matches(one, finding)));
  const wrong = acknowledgements.flatMap((one): Finding[] => {
    const { code, path, reason, expires, source } = one;
    const related = [{ label: 'reason', text: reason }];
    if (!findings.some((finding) => matches(one, finding))) {
      const message = `nothing at or below ${path} breaks ${code}`;
      const help = 'remove the acknowledgement: it would hide what somebody breaks later';
      return [{ code: 'VRD0319', severity: 'warning', message, path, source, related, help }];
    }
    if (valid.includes(one)) return [];
    const message = `the acknowledgement of ${code} for ${path} was good until ${expires}`;
    const help = 'do what the rule asks, or look at it again and set another day';
    return [{ code: 'VRD0318', severity: 'error', message, path, source, related, help }];
  });
  return [...left, ...wrong];
}
