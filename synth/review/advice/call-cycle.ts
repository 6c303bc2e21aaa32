import { Arcs, adjacency, condense } from '../../authority/digraph.js';
import { type Call, calls, grouped } from './callers.js';
import type { Advice } from './rule.js';

/** A shortest way round within one group of components that can all call one another. */
function circle(group: readonly Call[]): Call[] {
  const [first] = group;
  if (!first) return [];
  const before = new Map<string, Call>();
  const queue = [first.from.path];
  const from = grouped(group, (call) => call.from.path);
  for (const at of queue) {
    for (const call of from.get(at) ?? []) {
      if (before.has(call.to.path)) continue;
      before.set(call.to.path, call);
      queue.push(call.to.path);
    }
  }
  const way: Call[] = [];
  for (let at = first.from.path; way.length === 0 || at !== first.from.path; ) {
    const call = before.get(at);
    if (!call) break;
    way.unshift(call);
    at = call.from.path;
  }
  return way;
}

/** Calls of a circle that are shown; of a longer one it is said how many more there are. */
const shown = 8;

function named(way: readonly Call[]): string {
  const names = way.slice(0, shown).map(({ from }) => from.path);
  return way.length > shown ? `${names.join(', ')} and ${way.length - shown} more` : names.join(', ');
}

export const callCycle: Advice = {
  code: 'VRD0331',
  title: 'components that wait for each other',
  *check(context) {
    const all = [...calls(context)];
    const numbers = new Map(context.components.map(({ path }, index) => [path, index]));
    const arcs = new Arcs();
    for (const { from, to } of all) arcs.add(numbers.get(from.path) ?? 0, numbers.get(to.path) ?? 0);
    const { of } = condense(numbers.size, adjacency(numbers.size, arcs));
    const groupOf = (path: string): number => of[numbers.get(path) ?? 0] ?? 0;
    const inside = all.filter(({ from, to }) => groupOf(from.path) === groupOf(to.path));
    const groups = grouped(inside, ({ from }) => groupOf(from.path));
    for (const group of groups.values()) {
      const way = circle(group);
      const [first] = way;
      if (!first) continue;
      yield {
        message:
          way.length === 1
            ? `${first.from.path} can call itself, and would wait for ever`
            : `${named(way)} can wait for each other for ever`,
        path: first.from.path,
        source: first.source,
        related: [
          ...way.slice(0, shown).map(({ from, to, rights, source }) => ({
            label: 'calls',
            text: `${from.path} ─${rights.join(', ')}→ ${to.path}`,
            source,
          })),
          ...(way.length > shown
            ? [{ label: 'calls', text: `${way.length - shown} more until it is back at the start` }]
            : []),
        ],
        help: 'let one of them signal a notification and the other ask, so that only one waits for the other',
      };
    }
  },
};
