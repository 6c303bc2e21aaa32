/** From a project to checked graphs and images: the one way through that every command takes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { imageFiles, machineNamed } from '../../arch/index.js';
import { graphDigest, graphText, type SystemGraph } from '../../constructs/graph/index.js';
import type { Stack } from '../../constructs/stack.js';
import { checkSystem, checkSystems } from '../check/index.js';
import { checkTypes, runDefinition } from '../definition/index.js';
import { type Finding, hasErrors, sortFindings, ToolError } from '../findings/index.js';
import { buildImage } from '../image/index.js';
import { encodeTable, layOut } from '../layout/index.js';
import { resolvePrograms } from '../programs/index.js';
import {
  guarded,
  keyOfParts,
  lockProject,
  outputFolder,
  readProject,
  recoverOutput,
  StepCache,
  toolDigest,
  writeOutput,
} from '../project/index.js';
import { day, review } from '../review/index.js';
import { kernelFile, type Reporter } from '../toolchain/index.js';
import { isSupported, locatePrograms, unsupported } from './locate.js';
import { type PrepareOptions, prepare } from './prepare.js';

/** Name of a stack’s text in its folder, as Terraform finds it. */
export const stackFile = 'cdk.tf.json';

export interface SynthesizeOptions {
  /** Absolute path of the project’s folder. */
  readonly project: string;
  /** Definition to run in place of the project’s own, relative to the project. */
  readonly definition?: string;
  /** Id of the one system that is meant. @default - all of them */
  readonly system?: string;
  /** Name of the machine to use in place of the declared one; the output is then apart from the system's own. */
  readonly machine?: string;
  readonly reporter: Reporter;
  /** Whether images are made and written; else the systems are only checked. */
  readonly write: boolean;
  /** Refuse rendered files that are out of date, instead of writing them. @default false */
  readonly locked?: boolean;
  /** Day, such as `2027-03-31`, by which acknowledgements are good or have expired. @default - the system’s */
  readonly today?: string;
  /** Absolute path of the kernel to boot. @default - Veridian’s own for the machine */
  readonly kernel?: string;
}

/** A system without errors. */
export interface SynthesizedSystem {
  readonly graph: SystemGraph;
  /** SHA-256 of the graph, without its source lines. */
  readonly digest: string;
  /** Absolute paths of what was written, or is there unchanged; absent when nothing was to be written. */
  readonly output?: { readonly folder: string; readonly graph: string; readonly image: string };
  /** Nothing had to be written again. */
  readonly unchanged: boolean;
}

/** Output that stands from an earlier synth, because this one had errors. */
export interface KeptOutput {
  readonly system: string;
  /** Relative to the project. */
  readonly folder: string;
  readonly written: Date;
}

export interface Outcome {
  /** In one order; empty when nothing is wrong. */
  readonly findings: readonly Finding[];
  /** Every system that the definition made, as far as it got; empty when it has none. */
  readonly systems: readonly SynthesizedSystem[];
  /** Terraform stacks beside them; none when there are errors. */
  readonly stacks: readonly Stack[];
  /** What stays when there are errors. */
  readonly kept: readonly KeptOutput[];
}

/**
 * Synthesizes a project. What users wrote wrong comes back as findings; a `ToolError` is thrown when the tool
 * itself cannot go on. With findings nothing is written.
 */
export async function synthesize(options: SynthesizeOptions): Promise<Outcome> {
  const { project, definition, reporter } = options;
  readProject(project, definition);
  const locks: (() => void)[] = [];
  const started: string[] = [];
  const cleanup = (): void => {
    for (const system of started.splice(0)) recoverOutput(join(project, outputFolder), system);
    for (const release of locks.splice(0)) release();
  };
  // From before the lock is there: a signal may come at any moment.
  return guarded(async () => {
    const waiting = (pid: number): void => reporter.warn(`waiting for another veridian (process ${pid})`);
    locks.push(await lockProject(project, waiting));
    return synthesizeLocked(options, started);
  }, cleanup);
}

async function synthesizeLocked(options: SynthesizeOptions, started: string[]): Promise<Outcome> {
  const { project, definition: file, reporter, machine, locked = false } = options;
  // Programs are built before the definition says for what, because it needs their types.
  const arch = machineNamed(machine ?? 'q35', {})?.arch ?? 'x86_64';
  const today = day(options.today);
  const described = readProject(project, file);
  const { findings: stale, failure } = await prepared({ project, arch, reporter, locked });
  const step = reporter.begin('types');
  const [types, definition] = await Promise.all([
    checkTypes(described, file !== undefined),
    runDefinition(described, machine),
  ]);
  if (types.length === 0) step.done('fit');
  else step.failed(`${types.length} do not fit`);
  if (definition.printed !== '') process.stderr.write(definition.printed);
  const wanted = select(definition.graphs, options.system);
  const systems: CheckedSystem[] = [];
  for (const graph of wanted) systems.push(await checkGraph(project, graph, reporter, today));
  const findings = sortFindings([
    ...stale,
    ...types,
    ...definition.findings,
    ...checkSystems(definition.graphs),
    ...systems.flatMap((system) => system.findings),
  ]);
  // The definition reads the interfaces too, and says better what is wrong with them; if it does not, so be it.
  if (failure && !hasErrors(findings)) throw failure;
  if (hasErrors(findings)) {
    for (const { graph, findings: own } of systems) {
      const wrong = own.filter(({ severity }) => severity === 'error').length;
      if (wrong > 0) reporter.begin('synth').failed(`${graph.system} · ${wrong} wrong`);
    }
    const unfinished = systems.map(({ graph }) => ({ graph, digest: graphDigest(graph), unchanged: false }));
    return { findings, systems: unfinished, stacks: [], kept: keptOutput(project, wanted, machine) };
  }
  const done: SynthesizedSystem[] = [];
  for (const system of systems) done.push(await finish(options, system, started));
  const { stacks = [] } = definition;
  if (options.write) for (const stack of stacks) writeStack(project, stack, started);
  return { findings, systems: done, stacks, kept: [] };
}

/** What was prepared; interfaces that cannot be read are no reason yet to stop. */
async function prepared(
  options: PrepareOptions,
): Promise<{ readonly findings: readonly Finding[]; readonly failure?: ToolError }> {
  try {
    return { findings: await prepare(options) };
  } catch (error) {
    if (error instanceof ToolError && error.finding.code === 'VRD0954') return { findings: [], failure: error };
    throw error;
  }
}

function select(graphs: readonly SystemGraph[], system: string | undefined): readonly SystemGraph[] {
  if (system === undefined || graphs.length === 0) return graphs;
  const found = graphs.filter((graph) => graph.system === system);
  if (found.length > 0) return found;
  throw new ToolError({
    code: 'VRD0026',
    message: `there is no system called ${system}`,
    help: `this definition makes ${graphs.map((graph) => graph.system).join(', ')}`,
  });
}

type CheckedSystem = ReturnType<typeof resolvePrograms>;

async function checkGraph(
  project: string,
  graph: SystemGraph,
  reporter: Reporter,
  today: string,
): Promise<CheckedSystem> {
  const { arch } = graph.machine;
  if (!isSupported(arch)) return { graph, natives: new Map(), findings: [unsupported(graph)] };
  const resolved = resolvePrograms(graph, await locatePrograms(project, graph, arch, reporter));
  const checked = checkSystem(resolved.graph, resolved.natives);
  return { ...resolved, findings: [...resolved.findings, ...checked, ...review(resolved.graph, today)] };
}

/** What is said of a system that is right: its size, and that it is. */
function summary({ system, machine, nodes, edges }: SystemGraph): string {
  const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  const components = nodes.filter(({ type }) => type === 'Component').length;
  return [
    system,
    machine.name,
    counted(components, 'component', 'components'),
    counted(edges.length, 'capability', 'capabilities'),
    'nobody holds more than it needs',
  ].join(' · ');
}

async function finish(
  { project, reporter, write, kernel: file, machine }: SynthesizeOptions,
  { graph, natives }: CheckedSystem,
  started: string[],
): Promise<SynthesizedSystem> {
  const { arch } = graph.machine;
  const kernel = write && isSupported(arch) ? readFileSync(file ?? (await kernelFile(arch, reporter))) : undefined;
  const step = reporter.begin('synth');
  if (!kernel) {
    step.done(summary(graph));
    return { graph, digest: graphDigest(graph), unchanged: false };
  }
  const system = folderOf(graph, machine);
  const folder = join(project, outputFolder, system);
  const imageName = imageFiles[arch];
  const output = { folder, graph: join(folder, 'graph.json'), image: join(folder, imageName) };
  const text = graphText(graph);
  const cache = new StepCache(project);
  const name = `system-${createHash('sha256').update(system).digest('hex').slice(0, 16)}`;
  const key = keyOfParts(toolDigest(), text, kernel);
  recoverOutput(join(project, outputFolder), system);
  const before = Kept.safeParse(cache.get(name, key)).data;
  if (before && before.stamp === stamp(output)) {
    step.done(summary(graph));
    return { graph, digest: before.digest, output, unchanged: true };
  }
  const layout = layOut(graph, natives);
  const files = new Map<string, Uint8Array | string>([
    ['graph.json', text],
    [imageName, buildImage(kernel, encodeTable(layout))],
  ]);
  started.push(system);
  writeOutput(join(project, outputFolder), system, files);
  const { digest } = layout;
  cache.set(name, key, { stamp: stamp(output), digest });
  step.done(summary(graph));
  return { graph, digest, output, unchanged: false };
}

/** Writes what Terraform reads, where it is not there already. */
function writeStack(project: string, { id, terraform }: Stack, started: string[]): void {
  const out = join(project, outputFolder);
  const text = `${JSON.stringify(terraform, null, 2)}\n`;
  const file = join(out, id, stackFile);
  recoverOutput(out, id);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  started.push(id);
  writeOutput(out, id, new Map([[stackFile, text]]));
}

/** Name of the folder that a system's output lies in. */
function folderOf({ system }: SystemGraph, machine: string | undefined): string {
  return machine === undefined ? system : `${system}@${machine}`;
}

/** What is remembered of a system that was written. */
const Kept = z.object({ stamp: z.string(), digest: z.string() });

/** Size and time of each output file: changes when somebody touched one. */
function stamp({ graph, image }: { readonly graph: string; readonly image: string }): string | undefined {
  try {
    return [graph, image]
      .map((file) => statSync(file))
      .map(({ size, mtimeMs }) => `${size}@${mtimeMs}`)
      .join(' ');
  } catch {
    return undefined;
  }
}

function keptOutput(project: string, graphs: readonly SystemGraph[], machine: string | undefined): KeptOutput[] {
  return graphs.flatMap((graph) => {
    const folder = `${outputFolder}/${folderOf(graph, machine)}`;
    try {
      const { mtime } = statSync(join(project, folder, imageFiles[graph.machine.arch]));
      return [{ system: graph.system, folder, written: mtime }];
    } catch {
      return [];
    }
  });
}
