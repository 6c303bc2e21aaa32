/** Deploys a stack: what would change first, then Terraform, then what came of it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../constructs/stack.js';
import { type Finding, ToolError } from '../findings/index.js';
import type { Outcome } from '../pipeline/index.js';
import { lockProject } from '../project/index.js';
import { type AuthorityChange, authorityChanges } from './authority.js';
import { type DeployedMachine, deployedMachines, isUp, namesIn, readRecord } from './machine.js';
import { placeOf, removeState, type StackPlace } from './place.js';
import { discard, initialize, planStack, type StackPlan } from './plan.js';
import { isPortTaken } from './ports.js';
import { portTaken, stopMachine } from './start.js';
import { interruptedError, Terraform } from './terraform.js';

/** A stack that is ready to be deployed. */
export interface Preparation {
  readonly stack: Stack;
  readonly place: StackPlace;
  readonly terraform: Terraform;
  readonly authority: readonly AuthorityChange[];
  readonly plan: StackPlan;
  /** Lets the next command have the project. */
  readonly release: () => void;
}

/** What a deployment came to. */
export interface Applied {
  readonly machines: readonly DeployedMachine[];
  /** Names of those that were started. */
  readonly started: readonly string[];
}

/** The stack that a user means by its id, by a system that it boots, or by nothing where there is only one. */
function choose(stacks: readonly Stack[], name: string | undefined): Stack {
  const meant =
    name === undefined
      ? stacks
      : stacks.filter(({ id, machines }) => id === name || machines.some(({ system }) => system === name));
  const exact = meant.find(({ id }) => id === name) ?? (meant.length === 1 ? meant[0] : undefined);
  if (exact !== undefined) return exact;
  const ids = (meant.length > 0 ? meant : stacks).map(({ id }) => id);
  if (stacks.length === 0) {
    throw new ToolError({
      code: 'VRD0986',
      message: 'the definition has no stack to deploy',
      help: "add one: new QemuVm(new TerraformStack(app, 'local'), 'web', { system }), from 'veridian/terraform'",
    });
  }
  throw new ToolError({
    code: 'VRD0986',
    message: name === undefined ? `the definition has ${ids.length} stacks` : `no single stack is, or boots, ${name}`,
    help: `name one: ${ids.join(', ')}`,
  });
}

async function checkPorts({ machines }: StackPlan, deployed: readonly DeployedMachine[]): Promise<void> {
  // What a machine of this very deployment holds is free once that machine is replaced.
  const own = new Set(
    deployed.filter(({ record }) => isUp(record)).flatMap(({ record }) => record.request.ports.map(({ host }) => host)),
  );
  for (const { name, action, ports } of machines) {
    if (action === 'keep' || action === 'remove') continue;
    for (const port of ports) if (!own.has(port) && (await isPortTaken(port))) throw portTaken(name, port);
  }
}

/** What preparing a deployment takes. */
export interface PrepareOptions {
  /** Absolute path of the project. */
  readonly project: string;
  /** Stack, or system that one boots. @default the only stack */
  readonly name: string | undefined;
  /** What synthesizing the project gave; without errors, and written. */
  readonly outcome: Outcome;
  /** Milliseconds that a machine has to boot. */
  readonly bootTimeout: number;
  /** Whether Terraform’s own words are coloured. */
  readonly colour: boolean;
  /** Called once when another command works on the project, with its process id. */
  readonly waiting: (pid: number) => void;
}

/**
 * Finds out what deploying would do. Nothing is started or stopped. The project is locked until `apply` or `forget`:
 * neither its images nor its machines change under a plan.
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { project, name, outcome, bootTimeout, colour } = options;
  const stack = choose(outcome.stacks, name);
  const place = placeOf(project, stack.id);
  const release = await lockProject(project, options.waiting);
  const isNew = !existsSync(place.state);
  const terraform = Terraform.for(place, bootTimeout);
  try {
    const graphs = outcome.systems.map(({ graph }) => graph);
    const deployed = deployedMachines(place.machines);
    const authority = authorityChanges(stack, graphs, deployed);
    await initialize(terraform);
    const plan = await planStack(place, terraform, colour);
    await checkPorts(plan, deployed);
    return { stack, place, terraform, authority, plan, release };
  } catch (error) {
    if (isNew) removeState(place);
    release();
    throw error;
  }
}

/** Forgets a plan that is not carried out; where nothing was ever deployed, no file stays. */
export function forget({ place, plan, release }: Preparation): void {
  discard(plan);
  if (!existsSync(join(place.state, 'terraform.tfstate'))) removeState(place);
  release();
}

/** Why machines could not be started, as they said themselves; it is told once. */
function takeFailures({ failures }: StackPlace): Finding[] {
  if (!existsSync(failures)) return [];
  const findings = readdirSync(failures).map((name): Finding => JSON.parse(readFileSync(join(failures, name), 'utf8')));
  rmSync(failures, { recursive: true, force: true });
  return findings.sort((a, b) => a.message.localeCompare(b.message, 'en', { numeric: true }));
}

/** Stops machines that were being started when Terraform was: nobody would know of them. */
async function removeHalfMade({ machines }: StackPlace): Promise<void> {
  for (const name of namesIn(machines)) {
    const record = readRecord(join(machines, name));
    if (record === undefined || record.state === 'starting') await stopMachine(join(machines, name));
  }
}

/** Carries out a plan. Machines that do not boot are an error, and leave nothing behind. */
export async function apply({ place, terraform, plan, release }: Preparation): Promise<Applied> {
  try {
    takeFailures(place);
    if (plan.changes) await applyPlan(place, terraform, plan);
  } finally {
    discard(plan);
    release();
  }
  const started = plan.machines.filter(({ action }) => action === 'create' || action === 'replace');
  return { machines: deployedMachines(place.machines), started: started.map(({ name }) => name) };
}

async function applyPlan(place: StackPlace, terraform: Terraform, plan: StackPlan): Promise<void> {
  const { code, said, interrupted } = await terraform.run(['apply', '-no-color', plan.file]);
  await removeHalfMade(place);
  const failures = takeFailures(place);
  if (interrupted) throw interruptedError(place, 'applying');
  if (failures.length > 0) throw several(failures);
  if (code !== 0) throw terraform.failed('apply', code, said);
}

/** One error of several: the first, with the messages of the others. */
function several([first, ...others]: readonly Finding[]): ToolError {
  if (first === undefined) throw new Error('there is a failure');
  return new ToolError({ ...first, message: [first.message, ...others.map(({ message }) => message)].join('\n') });
}
