import { ends } from './callers.js';
import type { Advice } from './rule.js';

export const noServer: Advice = {
  code: 'VRD0333',
  title: 'nobody serves an endpoint',
  *check(context) {
    for (const { path, source } of context.ofType('Endpoint')) {
      const { clients, servers } = ends(context, path);
      const watched = context.components.filter(({ supervisor }) => supervisor === path);
      if (servers.length > 0 || clients.length + watched.length === 0) continue;
      yield {
        message: `nobody receives from ${path}: whoever calls it waits for ever`,
        path,
        source,
        related: [
          ...clients.map((edge) => ({ label: 'calls', text: edge.subject, source: edge.source })),
          ...watched.map((component) => ({ label: 'faults', text: component.path, source: component.source })),
        ],
        help: 'grant its server end to a component, or remove it',
      };
    }
  },
};
