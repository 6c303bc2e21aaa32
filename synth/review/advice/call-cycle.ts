import { Arcs, adjacency, condense } from '../../authority/digraph.js';
import { type Call, calls } from './callers.js';
import type { Advice } from './rule.js';

/** A shortest way round within one group of components that can all call one another. */
function circle(group: readonly Call[]): Call[] {
  const [first] = group;
  if (!first) return [];
  const before = new Map<string, Call>();
  const queue = [first.from.path];
  for (const at of queue) {
    for (const call of group) {
      if (call.from.path !== at || before.has(call.to.path)) continue;
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

export const callCycle: Advice = {
  code: 'VRD0331',
  title: 'components that wait for each other',
  *check(context) {
    const all = [...calls(context)];
    const numbers = new Map(context.components.map(({ path }, index) => [path, index]));
    const arcs = new Arcs();
    for (const { from, to } of all) arcs.add(numbers.get(from.path) ?? 0, numbers.get(to.path) ?? 0);
    const { of } = condense(numbers.size, adjacency(numbers.size, arcs));
    const groups = new Map<number, Call[]>();
    for (const call of all) {
      const group = of[numbers.get(call.from.path) ?? 0] ?? 0;
      if (group !== of[numbers.get(call.to.path) ?? 0]) continue;
      const list = groups.get(group);
      if (list) list.push(call);
      else groups.set(group, [call]);
    }
    for (const group of groups.values()) {
      const way = circle(group);
      const [first] = way;
      if (!first) continue;
      yield {
        message:
          way.length === 1
            ? `${first.from.path} can call itself, and would wait for ever`
            : `${way.map(({ from }) => from.path).join(', ')} can wait for each other for ever`,
        path: first.from.path,
        source: first.source,
        related: way.map(({ from, to, rights, source }) => ({
          label: 'calls',
          text: `${from.path} ─${rights.join(', ')}→ ${to.path}`,
          source,
        })),
        help: 'let one of them signal a notification and the other ask, so that only one waits for the other',
      };
    }
  },
};
