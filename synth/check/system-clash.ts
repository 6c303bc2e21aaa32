import type { SystemGraph } from '../../constructs/graph/index.js';
import type { Report } from './context.js';

/** Each system is written to a folder of its name, and not every file system tells capitals apart. */
export const systemClash = {
  code: 'VRD0302',
  title: 'systems whose names clash',
  *check(graphs: readonly SystemGraph[]): Iterable<Report> {
    const seen = new Map<string, SystemGraph>();
    for (const graph of graphs) {
      const key = graph.system.toLowerCase();
      const before = seen.get(key);
      seen.set(key, before ?? graph);
      if (!before) continue;
      yield {
        message: `the systems ${before.system} and ${graph.system} would be written to the same folder`,
        path: before.system,
        source: before.source,
        related: [{ label: 'also', text: graph.system, source: graph.source }],
        help: 'ids of systems differ in more than capitals; rename one',
      };
    }
  },
} as const;
