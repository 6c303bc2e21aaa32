import type { Advice } from './rule.js';

/** File of the stock program that tells the census to `veridian verify` and to nobody else. */
const audit = 'veridian:audit';

export const census: Advice = {
  code: 'VRD0361',
  title: 'the census is read outside of the audit service',
  *check(context) {
    const files = new Map(context.graph.programs.map(({ name, file }) => [name, file]));
    const programs = new Map(context.components.map(({ path, program }) => [path, files.get(program)]));
    for (const { path } of context.ofType('Census')) {
      const holders = context.holders(path);
      for (const [index, { subject, source }] of holders.entries()) {
        if (programs.get(subject) === audit && index === 0) continue;
        yield {
          message: `${subject} learns what every component of the system holds`,
          path: subject,
          source,
          related: holders
            .filter((other) => other.subject !== subject)
            .map((other) => ({ label: 'also', text: other.subject, source: other.source })),
          help: 'let `new Audit(…)` alone have it, or acknowledge that this component reads it',
        };
      }
    }
  },
};
