import type { Rule } from '../context.js';

export const portsOnThisMachine: Rule = {
  code: 'VRD0209',
  title: 'I/O ports on a machine that has none',
  *check(context) {
    const { machine } = context.graph;
    if (machine.arch === 'x86_64') return;
    for (const { path, source } of context.ofType('IoPorts')) {
      yield {
        message: `${path} is a range of I/O ports, and ${machine.name} (${machine.arch}) has no ports`,
        path,
        source,
        related: [{ label: 'machine', text: `${machine.name}, ${machine.arch}`, source: machine.source }],
        help: 'use Mmio for the device’s registers, or an x86_64 machine',
      };
    }
  },
};
