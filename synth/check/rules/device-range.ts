import { limits } from '../../../kernel/abi/index.js';
import { hex, type Rule } from '../context.js';

const lines = Number(limits.MAX_LINES);
const portEnd = 0x1_0000;
/** Physical addresses end here on every machine that Veridian knows: 52 bits. */
const physicalEnd = 2 ** 52;

export const deviceRange: Rule = {
  code: 'VRD0210',
  title: 'device outside what a machine has',
  *check(context) {
    for (const { path, source, line } of context.ofType('Interrupt')) {
      if (line < lines) continue;
      yield {
        message: `${path} is interrupt ${line}`,
        path,
        source,
        help: `interrupt lines go from 0 to ${lines - 1}`,
      };
    }
    for (const { path, source, first, count } of context.ofType('IoPorts')) {
      if (count > 0 && first + count <= portEnd) continue;
      const message = count === 0 ? `${path} is a range of no ports` : `${path} ends at port ${hex(first + count - 1)}`;
      yield { message, path, source, help: `a range has at least one port, and the last port is ${hex(portEnd - 1)}` };
    }
    for (const { path, source, address, size } of context.ofType('Mmio')) {
      if (address + size <= physicalEnd) continue;
      yield {
        message: `${path} ends at ${hex(address + size)}`,
        path,
        source,
        help: `physical addresses end at ${hex(physicalEnd)}`,
      };
    }
  },
};
