import { interfaceDigest } from '../../interfaces/digest.js';
import type { Rule } from '../context.js';

export const interfaceVersion: Rule = {
  code: 'VRD0106',
  title: 'program built against another version of an interface',
  *check(context) {
    const digests = new Map([...context.interfaces].map(([name, one]) => [name, interfaceDigest(one)]));
    const users = new Map(context.components.toReversed().map((component) => [component.program, component]));
    for (const [program, { manifest }] of context.natives) {
      const user = users.get(program);
      if (!user) continue;
      for (const [name, built] of manifest.interfaces) {
        const current = digests.get(name);
        if (current === undefined || current === built) continue;
        yield {
          message: `program ${program} was built against another version of ${name}`,
          path: user.path,
          source: user.source,
          related: [
            { label: 'built', text: `${name} ${built}` },
            { label: 'now', text: `${name} ${current}` },
          ],
          help: 'build the program again, so that both ends speak the same interface',
        };
      }
    }
  },
};
