import { type Rule, sizeText } from '../context.js';

export const machineMemory: Rule = {
  code: 'VRD0206',
  title: 'zones beyond the machine’s memory',
  *check(context) {
    const zones = context.ofType('MemoryZone');
    const { machine } = context.graph;
    const total = zones.reduce((sum, { size }) => sum + size, 0);
    const [first, ...others] = zones;
    if (!first || total <= machine.memory) return;
    yield {
      message: `the zones have ${sizeText(total)}, the machine ${sizeText(machine.memory)}`,
      path: first.path,
      source: first.source,
      related: [
        ...others.map(({ path, source }) => ({ label: 'also', text: path, source })),
        { label: 'machine', text: `${machine.name} with ${sizeText(machine.memory)}`, source: machine.source },
      ],
      help: 'make the zones smaller, or give the machine more memory',
    };
  },
};
