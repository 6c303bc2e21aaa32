import { DataResource, TerraformStack, TerraformVariable, VariableType } from 'cdktf';
import { Construct } from 'constructs';
import * as z from 'zod';
import { imageFiles } from '../../arch/index.js';
import { argument, checkArguments, written } from '../arguments.js';
import type { Source } from '../graph/index.js';
import { problem } from '../problems.js';
import { captureSource } from '../source.js';
import { machinesMetadata, type StackMachines, stateFolder } from '../stack.js';
import { System } from '../system.js';

/** A TCP port of this machine that leads into a VM. */
export interface QemuVmPort {
  /** Port on 127.0.0.1 for the first VM; each further one has the next. */
  readonly host: number;
  /** Port in the VM. */
  readonly guest: number;
}

/** A disk that belongs to a VM and outlives its replacement. It begins with zeroes. */
export interface QemuVmDisk {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** Properties of virtual machines on this machine. */
export interface QemuVmProps {
  /** What they boot. */
  readonly system: System;
  /** How many. @default 1 */
  readonly count?: number;
  /** Memory of each, in bytes: at least what the system’s machine has. @default what that has */
  readonly memory?: number;
  /** @default none, and then a VM has no network device */
  readonly ports?: readonly QemuVmPort[];
  /** @default none */
  readonly disks?: readonly QemuVmDisk[];
}

const port = argument.whole(1, 65_535);

const schema = z.strictObject({
  system: argument.a('a System of this app', (given) => given instanceof System),
  count: argument.whole(1, 100).optional(),
  memory: argument.count.optional(),
  ports: z.array(z.strictObject({ host: port, guest: port }), { error: 'a list of { host, guest }' }).optional(),
  disks: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'small letters, digits and “-”, up to 31' }),
        size: argument.whole(512, Number.MAX_SAFE_INTEGER),
      }),
      { error: 'a list of { name, size }' },
    )
    .optional(),
});

/** The program that Terraform starts, in a shell (hence `$$`); `veridian` names the one of its own copy. */
const program = 'exec $$'.concat('{VERIDIAN_VM:-npx --no-install veridian-vm}');
/** What Terraform evaluates. */
const expression = (text: string): string => `\${${text}}`;

const runs = 'veridian_runs';

/** The variable of a stack by which the tool says which machines are there: made once. */
function declareRuns(stack: TerraformStack): void {
  if (stack.node.tryFindChild(runs) !== undefined) return;
  const variable = new TerraformVariable(stack, runs, {
    type: VariableType.map(VariableType.NUMBER),
    default: {},
    description: 'The run of each machine. Veridian counts one up when a machine is not there any more.',
  });
  variable.overrideLogicalId(runs);
}

/** Ports of this machine that are spoken for, by app. */
const taken = new WeakMap<object, Map<number, string>>();

/**
 * Virtual machines in QEMU on this machine, which boot a system. No provider is downloaded: `terraform_data` starts and
 * stops them. One of them is there when its console has shown that the graph of its system is what booted.
 */
export class QemuVm extends Construct {
  /** The user’s line that made this construct. */
  readonly source: Source;

  constructor(scope: Construct, id: string, props: QemuVmProps) {
    super(scope, id);
    this.source = captureSource(new.target);
    checkArguments(schema, props, this, this.source);
    const stack = this.node.scopes.find((above) => TerraformStack.isStack(above));
    if (!(stack instanceof TerraformStack)) {
      problem(this, {
        code: 'VRD0006',
        summary: `${this.node.path} is not in a TerraformStack`,
        path: this.node.path,
        source: this.source,
        value: written(scope),
        allowed: 'a TerraformStack, or a construct in one',
        help: "make it with one as its scope: new TerraformStack(app, 'local')",
      });
    }
    if (!(stack instanceof TerraformStack) || !schema.safeParse(props).success) return;
    this.checkSystem(props);
    this.declare(stack, props);
  }

  private checkSystem({ system, memory }: QemuVmProps): void {
    if (system.node.root !== this.node.root) {
      problem(this, {
        code: 'VRD0006',
        summary: `${this.node.path} boots a system of another app`,
        path: this.node.path,
        source: this.source,
        value: system.node.path,
        allowed: 'a System of the same App',
        help: 'make both with the same App',
      });
    }
    if (memory !== undefined && memory < system.machine.memory) {
      problem(this, {
        code: 'VRD0003',
        summary: `${this.node.path} has less memory than ${system.node.path} was laid out for`,
        path: this.node.path,
        source: this.source,
        value: String(memory),
        allowed: `${system.machine.memory} bytes or more`,
        help: 'leave `memory` out, or give the system a smaller machine',
      });
    }
  }

  /** Notes two machines that would forward one port. */
  private takePort(host: number, machine: string): void {
    const { root } = this.node;
    const ports = taken.get(root) ?? new Map<number, string>();
    taken.set(root, ports);
    const other = ports.get(host);
    if (other !== undefined || host > 65_535) {
      problem(this, {
        code: 'VRD0014',
        summary: other === undefined ? `${machine} would have port ${host}` : `${machine} and ${other} have one port`,
        path: this.node.path,
        source: this.source,
        value: String(host),
        allowed: 'a port of its own up to 65535 for each VM: the first has `host`, each further one the next',
        help: 'choose another `host`',
      });
    }
    ports.set(host, machine);
  }

  private declare(stack: TerraformStack, { system, count = 1, memory, ports = [], disks = [] }: QemuVmProps): void {
    const { scopes } = this.node;
    const name = scopes
      .slice(scopes.indexOf(stack) + 1)
      .map(({ node }) => node.id)
      .join('-');
    for (let index = 0; index < count; index += 1) {
      for (const { host } of ports) this.takePort(host + index, `${name}-${index}`);
    }
    declareRuns(stack);
    const machine = `${name}-${expression('count.index')}`;
    const state = stateFolder(stack.node.id);
    const image = `../${system.node.id}/${imageFiles[system.machine.arch]}`;
    const command = (action: string): string => `${program} ${action}`;
    const environment = { VERIDIAN_MACHINE: expression('jsonencode(self.triggers_replace)') };
    const kept = disks.map((disk) => {
      const resource = new DataResource(this, `disk-${disk.name}`, {
        count,
        triggersReplace: { action: 'disk', file: `${state}/disks/${machine}-${disk.name}.img`, size: disk.size },
        provisioners: [
          { type: 'local-exec', command: command('make-disk'), environment },
          { type: 'local-exec', when: 'destroy', command: command('remove-disk'), environment },
        ],
      });
      resource.overrideLogicalId(`${name}-disk-${disk.name}`);
      return resource;
    });
    const resource = new DataResource(this, 'machine', {
      count,
      dependsOn: kept,
      triggersReplace: {
        name: machine,
        folder: `${state}/machines/${machine}`,
        system: `../${system.node.id}`,
        image: expression(`filesha256("${expression('path.module')}/${image}")`),
        // Replaced when it is not there any more: see `declareRuns`.
        run: expression(`lookup(var.${runs}, "${machine}", 1)`),
        memory: memory ?? system.machine.memory,
        ports: ports.map(({ host, guest }) => ({ host: expression(`${host} + count.index`), guest })),
        disks: disks.map((disk) => `${state}/disks/${machine}-${disk.name}.img`),
      },
      provisioners: [
        { type: 'local-exec', command: command('start'), environment },
        { type: 'local-exec', when: 'destroy', command: command('stop'), environment },
      ],
    });
    resource.overrideLogicalId(name);
    const described: StackMachines = {
      name,
      system: system.node.id,
      count,
      ports: ports.map(({ host, guest }) => ({ host, guest })),
      source: this.source,
    };
    this.node.addMetadata(machinesMetadata, described, { stackTrace: false });
  }
}
