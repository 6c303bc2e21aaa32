/**
 * Terraform stacks beside the systems of an app. A stack is looked at by its shape: a definition without one
 * never loads the package that they come from.
 */
import { isAbsolute } from 'node:path';
import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { Source } from './graph/index.js';

/** Machines of one `QemuVm`, as the tool must know them beside the text for Terraform. */
export const StackMachines = z.strictObject({
  /** Name of the `terraform_data` resource. Machine i is called `name-i`. */
  name: z.string(),
  /** Id of the system that they boot. */
  system: z.string(),
  count: z.int().min(1),
  /** Machine i forwards `host + i` on this machine to `guest` in it. */
  ports: z.array(z.strictObject({ host: z.int(), guest: z.int() })),
  source: Source,
});

/** A Terraform stack of a definition. */
export const Stack = z.strictObject({
  id: z.string(),
  /** Content of `cdk.tf.json`. */
  terraform: z.record(z.string(), z.unknown()),
  machines: z.array(StackMachines),
});

export type StackMachines = z.infer<typeof StackMachines>;
export type Stack = z.infer<typeof Stack>;

/** What marks every Terraform stack, whatever copy of the package made it. */
const mark = Symbol.for('cdktf/TerraformStack');

/** Type of the metadata by which a `QemuVm` tells of its machines. */
export const machinesMetadata = 'veridian.machines';

/** From the folder of a stack’s text, `veridian.out/<stack>`, to the folder with all that is known of its deployment. */
export const stateFolder = (stack: string): string => `../../.veridian/deploy/${stack}`;

interface TerraformStackShape extends IConstruct {
  prepareStack(): void;
  addOverride(path: string, value: unknown): void;
  toTerraform(): Record<string, unknown>;
}

/** Whether a construct is a Terraform stack. */
export function isStack(construct: IConstruct): construct is TerraformStackShape {
  return mark in construct;
}

/** What Terraform reads of a stack, and what the tool must know of it. The same tree gives the same text. */
export function lowerStack(stack: IConstruct): Stack {
  if (!isStack(stack)) throw new TypeError(`${stack.node.path} is no Terraform stack`);
  const { id } = stack.node;
  stack.prepareStack();
  const text = stack.toTerraform();
  // Without a backend of its own a stack is given one whose path begins with that of this process.
  const { backend } = (text.terraform ?? {}) as { backend?: { local?: { path?: string } } };
  const path = backend?.local?.path;
  if (backend?.local !== undefined && path !== undefined && isAbsolute(path)) {
    backend.local = { ...backend.local, path: `${stateFolder(id)}/terraform.tfstate` };
  }
  const machines = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === machinesMetadata))
    .map(({ data }) => StackMachines.parse(data));
  return { id, terraform: JSON.parse(JSON.stringify(text)), machines };
}
