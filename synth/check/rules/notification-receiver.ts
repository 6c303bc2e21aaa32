import type { NodeOf } from '../../../constructs/graph/index.js';
import type { Rule } from '../context.js';

export const notificationReceiver: Rule = {
  code: 'VRD0211',
  title: 'notification delivered to two endpoints',
  *check(context) {
    const receivers = new Map<string, NodeOf<'Endpoint'>[]>();
    for (const endpoint of context.ofType('Endpoint')) {
      if (endpoint.notification === undefined) continue;
      const list = receivers.get(endpoint.notification);
      if (list) list.push(endpoint);
      else receivers.set(endpoint.notification, [endpoint]);
    }
    for (const [notification, [first, ...others]] of receivers) {
      if (!first || others.length === 0) continue;
      yield {
        message: `${notification} is delivered to ${others.length + 1} endpoints`,
        path: first.path,
        source: first.source,
        related: others.map(({ path, source }) => ({ label: 'also', text: path, source })),
        help: 'its bits are taken by whoever receives first; give each endpoint a notification of its own',
      };
    }
  },
};
