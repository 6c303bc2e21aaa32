import type { Related } from '../../findings/index.js';
import type { Advice } from './rule.js';
import { missing, type Side } from './sides.js';

const who = ({ does, grants, others }: Side): Related[] => [
  ...grants.map(({ subject, source }) => ({ label: does, text: subject, source })),
  ...others.map(({ path, source }) => ({ label: does, text: path, source })),
];

export const unheardSignal: Advice = {
  code: 'VRD0339',
  title: 'interrupt or timer that nobody waits for',
  *check(context) {
    for (const node of [...context.ofType('Interrupt'), ...context.ofType('Timer')]) {
      const found = missing(context, node);
      if (found?.empty.does !== 'waits for') continue;
      yield {
        message: `${node.path} signals ${node.notification}, for which nobody waits`,
        path: node.path,
        source: node.source,
        related: who(found.there),
        help: `grant \`wait\` on ${node.notification}, deliver it at an endpoint that somebody serves, or remove both`,
      };
    }
  },
};

export const oneSidedRegion: Advice = {
  code: 'VRD0340',
  title: 'shared region with one side',
  *check(context) {
    for (const { path, source } of context.ofType('SharedRegion')) {
      const held = context.holders(path);
      const holders = new Set(held.map(({ subject }) => subject));
      const [only] = holders;
      if (only === undefined) continue;
      const readers = held.every(({ rights }) => !rights.includes('write'));
      if (holders.size > 1 && !readers) continue;
      const related = held.map((edge) => {
        return { label: edge.rights.includes('write') ? 'writes' : 'reads', text: edge.subject, source: edge.source };
      });
      yield readers
        ? {
            message: `nobody writes ${path}: it only ever has zeroes`,
            path,
            source,
            related,
            help: 'grant `write` to who fills it, or remove it',
          }
        : {
            message: `${path} is shared with nobody: ${only} alone has it`,
            path,
            source,
            related,
            help: 'grant it to the other side, or give the program memory of its own',
          };
    }
  },
};

export const servedForNobody: Advice = {
  code: 'VRD0341',
  title: 'endpoint that nobody calls',
  *check(context) {
    for (const { path, source, ...node } of context.ofType('Endpoint')) {
      const found = missing(context, { path, source, ...node });
      if (found?.empty.does !== 'calls') continue;
      yield {
        message: `nobody calls ${path}, or is told of faults there`,
        path,
        source,
        related: who(found.there),
        help: 'grant its client end to whoever is to use it, or remove it',
      };
    }
  },
};

export const oneSidedNotification: Advice = {
  code: 'VRD0342',
  title: 'notification with one side',
  *check(context) {
    for (const node of context.ofType('Notification')) {
      const found = missing(context, node);
      // Of interrupts and timers alone it is said there.
      if (!found || found.there.grants.length === 0) continue;
      yield {
        message: `nobody ${found.empty.does} ${node.path}`,
        path: node.path,
        source: node.source,
        related: who(found.there),
        help:
          found.empty.does === 'signals'
            ? 'who waits for it waits for ever: grant `signal`, or remove it'
            : 'grant `wait` to whoever is to be woken, or remove it',
      };
    }
  },
};
