import type { Construct, IConstruct } from 'constructs';
import * as z from 'zod';
import { type Machine, machineNamed, userSpace } from '../arch/index.js';
import { limits } from '../kernel/abi/limits.js';
import { argument, checkArguments } from './arguments.js';
import { Declaration } from './declaration.js';
import { DefinitionError } from './definition-error.js';
import { Power } from './power.js';
import { captureSource } from './source.js';

/** Properties of a system. */
export interface SystemProps {
  /** What it runs on, such as `machines.q35({ memory: MiB(64) })`. */
  readonly machine: Machine;
  /**
   * What the addresses in components follow from: their programs, stacks, regions and what they map. Whoever has the
   * definition or the image can know them; another seed for each deployment keeps those who have neither from it.
   * `false` is for a look at memory with a fixed layout.
   * @default - the system's path, so that two systems differ and each has the same bytes every time
   */
  readonly aslr?: false | { readonly seed: string };
}

const schema = z.strictObject({
  machine: z.looseObject(
    {
      name: argument.text,
      arch: argument.oneOf('x86_64', 'aarch64', 'riscv64'),
      memory: argument.count,
      cores: argument.whole(1, Number(limits.MAX_CORES)),
      options: z.record(z.string(), z.string()).optional(),
    },
    { error: 'a machine, such as machines.q35()' },
  ),
  aslr: z.union([z.literal(false), z.strictObject({ seed: argument.text })], { error: 'a seed, or false' }).optional(),
});

/** A whole operating system: what runs on one machine. Its scope is the App. */
export class System extends Declaration {
  /** What it runs on: the machine given, or another that VERIDIAN_RUNS_ON names (`virt,gic=3`), with the same memory and cores. */
  readonly machine: Machine;
  /** Where addresses in components come from. @default - the system's path */
  readonly aslr: false | { readonly seed: string } | undefined;
  /** The machine's power switch. */
  readonly power: Power;

  constructor(scope: Construct, id: string, props: SystemProps) {
    super(scope, id);
    checkArguments(schema, props, this, this.source);
    const declared = props?.machine;
    const wanted = process.env.VERIDIAN_RUNS_ON;
    const other =
      wanted === declared?.name
        ? undefined
        : machineNamed(wanted ?? '', { memory: declared?.memory, cores: declared?.cores });
    this.machine = other ?? declared;
    this.aslr = props?.aslr;
    this.power = new Power(this, 'power');
  }

  /** Bytes of a page of its machine: what memory is counted in, whatever the machine. */
  get pageSize(): number {
    return userSpace(this.machine).pageSize;
  }

  /** The system that a construct is a part of. */
  static of(construct: IConstruct): System {
    const system = construct.node.scopes.find((scope) => scope instanceof System);
    if (system !== undefined) return system;
    throw new DefinitionError({
      code: 'VRD0006',
      summary: `${construct.node.path} is not in a System`,
      path: construct.node.path,
      source: captureSource(),
      allowed: 'a construct below a System',
      help: 'make it with a System, or something in one, as its scope',
    });
  }
}
