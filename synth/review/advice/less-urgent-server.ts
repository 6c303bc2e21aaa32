import { type Call, calls, grouped } from './callers.js';
import type { Advice } from './rule.js';

/** Why a server does not run at its client’s priority: inheritance starts when the server takes the call. */
function delay(call: Call, others: readonly Call[], oneway: (call: Call) => boolean): string | undefined {
  if (oneway(call)) return 'a one-way message lends no priority to who receives it';
  const slower = others.find(({ from }) => from.priority > call.from.priority);
  return (
    slower &&
    `while it works for ${slower.from.path} it runs at priority ${Math.min(slower.from.priority, slower.to.priority)}`
  );
}

export const lessUrgentServer: Advice = {
  code: 'VRD0334',
  title: 'real-time client of a less urgent server',
  *check(context) {
    const all = [...calls(context)];
    const byServer = grouped(all, ({ to }) => to.path);
    const oneway = ({ endpoint, rights }: Call): boolean => {
      const node = context.nodes.get(endpoint);
      const methods = node?.type === 'Endpoint' ? (context.interfaces.get(node.interface)?.methods ?? []) : [];
      return methods.some((method) => method.oneway && rights.includes(method.right));
    };
    for (const call of all) {
      const { from, to, source } = call;
      if (from.class !== 'realtime' || to.priority <= from.priority) continue;
      const others = (byServer.get(to.path) ?? []).filter((other) => other.from.path !== from.path);
      const why = delay(call, others, oneway);
      if (why === undefined) continue;
      yield {
        message: `${from.path} at priority ${from.priority} waits for ${to.path} at priority ${to.priority}`,
        path: from.path,
        source,
        related: [{ label: 'because', text: why }],
        help: `give ${to.path} priority ${from.priority} or a more urgent one, or a server of its own to ${from.path}`,
      };
    }
  },
};
