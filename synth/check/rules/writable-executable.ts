import type { Rule } from '../context.js';

export const writableExecutable: Rule = {
  code: 'VRD0207',
  title: 'writable and executable mapping',
  *check(context) {
    const users = new Map<string, (typeof context.components)[number][]>();
    for (const component of context.components) {
      const list = users.get(component.program);
      if (list) list.push(component);
      else users.set(component.program, [component]);
    }
    for (const [name, { elf }] of context.natives) {
      const [first, ...others] = users.get(name) ?? [];
      for (const { address, memorySize, writable, executable } of elf.segments) {
        if (!first || !writable || !executable) continue;
        yield {
          message: `program ${name} has a segment that is writable and executable: 0x${address.toString(16)}, ${memorySize} bytes`,
          path: first.path,
          source: first.source,
          related: others.map(({ path, source }) => ({ label: 'also', text: path, source })),
          help: 'nothing may be both; keep code and data in sections of their own in the program’s linker script',
        };
      }
    }
  },
};
