/** Finds ranges that several own, with one sweep over them in order. */
import type { Claim, Report } from './context.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Groups of claims that overlap, each with at least two owners or two nodes. */
export function conflicts(claims: readonly Claim[]): Claim[][] {
  const sorted = [...claims].sort(
    (a, b) => a.first - b.first || a.end - b.end || compare(a.node, b.node) || compare(a.owner, b.owner),
  );
  const groups: Claim[][] = [];
  let group: Claim[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const claim of sorted) {
    if (claim.first >= end) {
      groups.push(group);
      group = [];
    }
    group.push(claim);
    end = Math.max(end, claim.end);
  }
  groups.push(group);
  return groups.filter((members) => members.length > 1);
}

/** One report for a group: the first claim is the place, the others stand beside it. */
export function conflictReport(group: readonly Claim[], what: string, thing: string): Report[] {
  const [first, ...others] = group;
  if (!first) return [];
  const owners = new Set(group.map(({ owner }) => owner));
  const nodes = new Set(group.map(({ node }) => node));
  const last = others.at(-1)?.owner ?? first.owner;
  const counted = owners.size === 2 ? 'two' : `${owners.size}`;
  return [
    {
      message: owners.size > 1 ? `${counted} owners of ${what}` : `${[...nodes].join(' and ')} share ${what}`,
      path: first.owner,
      source: first.source,
      related: others.map(({ owner, source }) => ({ label: 'also', text: owner, source })),
      help:
        owners.size > 1
          ? `${thing} has one owner; give ${last} ${thing.replace(/^an? /, 'another ')} or remove it`
          : `make it one, or change ${last} so that they do not overlap`,
    },
  ];
}
