import type { Rule } from '../context.js';

/** Cores that version 2 of AArch64’s interrupt controller can interrupt. */
const secondGic = 8;

export const coreOnThisMachine: Rule = {
  code: 'VRD0213',
  title: 'a core that the machine does not have',
  *check(context) {
    const { machine } = context.graph;
    if (machine.arch === 'aarch64' && machine.options?.gic !== '3' && machine.cores > secondGic) {
      yield {
        message: `${machine.name} has ${machine.cores} cores, of which version 2 of its interrupt controller knows ${secondGic}`,
        path: context.graph.system,
        source: machine.source,
        help: `give the machine version 3, by gic: 3, or ${secondGic} cores at most`,
      };
    }
    const last = machine.cores - 1;
    const has = last === 0 ? 'core 0 alone' : `cores 0 to ${last}`;
    const related = [
      {
        label: 'machine',
        text: `${machine.name} with ${machine.cores === 1 ? 'one core' : `${machine.cores} cores`}`,
        source: machine.source,
      },
    ];
    for (const { path, core = 0, source } of context.ofType('Component')) {
      if (core < machine.cores) continue;
      yield {
        message: `${path} runs on core ${core}, and ${machine.name} has ${has}`,
        path,
        source,
        related,
        help: `give the machine ${core + 1} cores, or the component another core`,
      };
    }
    for (const { path, cores = [], source } of context.ofType('MemoryPool')) {
      const core = Math.max(...cores, 0);
      if (core < machine.cores) continue;
      yield {
        message: `threads made of ${path} may be put on core ${core}, and ${machine.name} has ${has}`,
        path,
        source,
        related,
        help: `give the machine ${core + 1} cores, or the pool other cores`,
      };
    }
  },
};
