/** What deploying a stack would do: asked of Terraform, with what is known of the machines. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { stateFolder } from '../../constructs/stack.js';
import { deployedMachines, isUp, MachineRequest } from './machine.js';
import type { StackPlace } from './place.js';
import { interruptedError, type Terraform } from './terraform.js';

/** What becomes of one machine. */
export interface MachinePlan {
  readonly name: string;
  readonly action: 'create' | 'replace' | 'keep' | 'remove';
  /** For a machine that is replaced: `image`, `gone` when it is not running any more, else `settings`. */
  readonly reason?: 'image' | 'gone' | 'settings';
  /** SHA-256 of the image before and after, where there is one. */
  readonly imageBefore?: string;
  readonly imageAfter?: string;
  /** Ports of this machine that it will listen on. */
  readonly ports: readonly number[];
}

/** What Terraform would do. */
export interface StackPlan {
  /** Absolute path of the plan for `terraform apply`. */
  readonly file: string;
  readonly machines: readonly MachinePlan[];
  /** Whether there is anything to do, to machines or to anything else of the stack. */
  readonly changes: boolean;
  /** Terraform’s own words. */
  readonly text: string;
}

const Triggers = z.looseObject({ name: z.string(), folder: z.string(), image: z.string(), run: z.number() });

const State = z.looseObject({
  values: z
    .looseObject({
      root_module: z.looseObject({
        resources: z.array(z.looseObject({ type: z.string(), values: z.looseObject({}) })).optional(),
      }),
    })
    .optional(),
});

const Plan = z.looseObject({
  resource_changes: z
    .array(
      z.looseObject({
        type: z.string(),
        change: z.looseObject({
          actions: z.array(z.string()),
          before: z.looseObject({ triggers_replace: z.unknown() }).nullable(),
          after: z.looseObject({ triggers_replace: z.unknown() }).nullable(),
        }),
      }),
    )
    .optional(),
});

/** The file with the variables that say which machines are there, relative to the folder where Terraform runs. */
export const variables = (id: string): string => `-var-file=${stateFolder(id)}/runs.tfvars.json`;

/** The run of each machine in Terraform’s state. */
async function runsInState(place: StackPlace, terraform: Terraform): Promise<Map<string, number>> {
  const runs = new Map<string, number>();
  if (!existsSync(join(place.state, 'terraform.tfstate'))) return runs;
  const state = State.parse(JSON.parse(await terraform.need(['show', '-json'])));
  for (const { type, values } of state.values?.root_module.resources ?? []) {
    const triggers = type === 'terraform_data' ? Triggers.safeParse(values.triggers_replace).data : undefined;
    if (triggers !== undefined) runs.set(triggers.name, triggers.run);
  }
  return runs;
}

/**
 * Writes down which machines are there. Terraform compares the run of a machine with the one in its state and replaces
 * the machine when they differ: so one that died, or whose files are gone, is one run further.
 */
async function observe(place: StackPlace, terraform: Terraform): Promise<void> {
  const up = new Map(
    deployedMachines(place.machines)
      .filter(({ record }) => isUp(record))
      .map(({ record }) => [record.request.name, record.request.run]),
  );
  const known = await runsInState(place, terraform);
  const runs = Object.fromEntries([...known].sort().map(([name, run]) => [name, up.get(name) === run ? run : run + 1]));
  writeFileSync(join(place.state, 'runs.tfvars.json'), `${JSON.stringify({ veridian_runs: runs }, null, 2)}\n`);
}

type Change = NonNullable<z.infer<typeof Plan>['resource_changes']>[number];

function machinePlan({ type, change }: Change): MachinePlan | undefined {
  if (type !== 'terraform_data') return undefined;
  const triggers = (side: Change['change']['before']): MachineRequest | undefined =>
    MachineRequest.safeParse(side?.triggers_replace).data;
  const [before, after] = [triggers(change.before), triggers(change.after)];
  const name = after?.name ?? before?.name;
  if (name === undefined) return undefined;
  const common = {
    name,
    ports: (after?.ports ?? []).map(({ host }) => host),
    ...(before === undefined ? {} : { imageBefore: before.image }),
    ...(after === undefined ? {} : { imageAfter: after.image }),
  };
  const { actions } = change;
  if (actions.includes('create') && actions.includes('delete')) {
    const reason = before?.image !== after?.image ? 'image' : before?.run !== after?.run ? 'gone' : 'settings';
    return { ...common, action: 'replace', reason };
  }
  if (actions.includes('create')) return { ...common, action: 'create' };
  if (actions.includes('delete')) return { ...common, action: 'remove' };
  return { ...common, action: 'keep' };
}

/** Prepares a stack’s folder for Terraform. Without providers nothing is downloaded. */
export async function initialize(terraform: Terraform): Promise<void> {
  await terraform.need(['init', '-reconfigure', '-no-color']);
}

/** Asks Terraform what it would do. The plan’s file is for `apply`; `discard` removes it. */
export async function planStack(place: StackPlace, terraform: Terraform, colour: boolean): Promise<StackPlan> {
  await observe(place, terraform);
  const name = 'plan.tfplan';
  const args = ['plan', '-detailed-exitcode', variables(place.id), `-out=${stateFolder(place.id)}/${name}`];
  const { code, said, interrupted } = await terraform.run(colour ? args : [...args, '-no-color']);
  if (interrupted) throw interruptedError(place, 'asking');
  if (code !== 0 && code !== 2) throw terraform.failed('plan', code, said);
  const file = join(place.state, name);
  const plan = Plan.parse(JSON.parse(await terraform.need(['show', '-json', file])));
  const machines = (plan.resource_changes ?? []).map(machinePlan).filter((machine) => machine !== undefined);
  machines.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return { file, machines, changes: code === 2, text: said };
}

/** Removes a plan that is not needed any more. */
export function discard({ file }: StackPlan): void {
  rmSync(file, { force: true });
}
