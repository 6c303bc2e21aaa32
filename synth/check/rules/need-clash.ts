import type { Rule } from '../context.js';

export const needClash: Rule = {
  code: 'VRD0303',
  title: 'needs whose names clash',
  *check(context) {
    const users = new Map(context.components.toReversed().map((component) => [component.program, component]));
    for (const program of context.graph.programs) {
      const seen = new Map<string, (typeof program.needs)[number]>();
      for (const need of program.needs) {
        const key = need.name.toLowerCase().replaceAll('_', '');
        const before = seen.get(key);
        seen.set(key, need);
        if (!before) continue;
        const user = users.get(program.name);
        yield {
          message: `program ${program.name} has two needs that are called ${[...new Set([before.name, need.name])].join(' and ')}`,
          ...(user ? { path: user.path, source: user.source } : {}),
          related: [before, need].map(({ name, source }) => ({ label: 'needs', text: name, source })),
          help: 'needs differ in more than capitals and underscores; rename one in the program',
        };
      }
    }
  },
};
