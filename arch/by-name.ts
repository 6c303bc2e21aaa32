/** Machines by the names that they go by outside of TypeScript. */
import { granules } from './aarch64/granules.js';
import { virt } from './aarch64/machines.js';
import type { Machine } from './machine.js';
import { riscvVirt } from './riscv64/machines.js';
import { q35 } from './x86_64/machines.js';

/** What every machine can be given, whichever it is. */
export interface AnyMachineProps {
  /** In bytes. */
  readonly memory?: number;
  /** Processor cores. */
  readonly cores?: number;
}

/** What a machine is made by, and by each name of an option and each value of it, what that stands for; the usual first. */
interface Named {
  readonly make: (props: AnyMachineProps) => Machine;
  readonly options: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const nodes = { 1: { nodes: 1 }, 2: { nodes: 2 } };

const named: readonly Named[] = [
  { make: q35, options: { nodes } },
  {
    make: virt,
    options: {
      gic: { 2: { gic: 2 }, 3: { gic: 3 } },
      virtualization: { off: { virtualization: false }, on: { virtualization: true } },
      granule: Object.fromEntries(
        [['4K', 0x1000] as const, ...Object.entries(granules)].map(([name, granule]) => [name, { granule }]),
      ),
      nodes,
    },
  },
  { make: riscvVirt, options: { paging: { sv39: { paging: 'sv39' }, sv48: { paging: 'sv48' } }, nodes } },
];

/** Every machine by its name, with memory and cores given. */
export const machinesByName: ReadonlyMap<string, (props: AnyMachineProps) => Machine> = new Map(
  named.map(({ make }) => [make({}).name, make]),
);

/** The names of all machines with everything but the usual that each can be made with: `virt`, `virt,gic=3,granule=64K`. */
export const machineNames: readonly string[] = named.flatMap(({ make, options }) =>
  Object.entries(options).reduce(
    (names, [option, values]) =>
      names.flatMap((name) => [
        name,
        ...Object.keys(values)
          .slice(1)
          .map((value) => `${name},${option}=${value}`),
      ]),
    [make({}).name],
  ),
);

/** Those of them with one thing at most that is not the usual. */
export const machineVariants: readonly string[] = machineNames.filter((name) => name.split(',').length <= 2);

/**
 * The machine of a name, which may say what it is made with: `virt,gic=3,granule=64K`. Undefined where there is no
 * such machine, or it has no such choice.
 */
export function machineNamed(text: string, props: AnyMachineProps): Machine | undefined {
  const [name, ...chosen] = text.split(',');
  const found = named.find(({ make }) => make({}).name === name);
  const all: object[] = [props];
  for (const one of chosen) {
    const [option = '', value = ''] = one.split('=');
    const given = found && Object.hasOwn(found.options, option) ? found.options[option] : undefined;
    const meant = given && Object.hasOwn(given, value) ? given[value] : undefined;
    if (!meant) return undefined;
    all.push(meant);
  }
  return found?.make(Object.assign({}, ...all));
}
