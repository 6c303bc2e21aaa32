import { countFindings, hasErrors, renderFindings } from '../../findings/index.js';
import { type Outcome, type SynthesizedSystem, synthesize } from '../../pipeline/index.js';
import { analyseTiming } from '../../timing/index.js';
import type { Reporter } from '../../toolchain/index.js';
import { UsageError } from '../failure.js';
import { locate } from '../locate.js';

/** What commands do with a system: only look at it, or make its image as well. */
export interface Work {
  readonly write: boolean;
  readonly reporter: Reporter;
  /** Day by which acknowledgements are good or expired. @default - the system’s */
  readonly today?: string | undefined;
  /** Name of the machine to use in place of the declared one. */
  readonly machine?: string | undefined;
}

/** Takes what a user named through the pipeline. */
export function outcomeOf(name: string | undefined, { today, machine, ...work }: Work): Promise<Outcome> {
  return synthesize({
    ...locate(name),
    ...work,
    ...(today === undefined ? {} : { today }),
    ...(machine === undefined ? {} : { machine }),
  });
}

const time = (date: Date): string => date.toTimeString().slice(0, 8);

/** Prints findings and what became of the output, on standard error. */
export function printFindings({ findings, kept }: Outcome): void {
  if (findings.length === 0) return;
  const last = kept.map(({ folder, written }) => `the last good image is still ${folder} (${time(written)})`);
  const stopped = hasErrors(findings) ? [['nothing was written', ...last].join(', ')] : [];
  const closing = [countFindings(findings), ...stopped].join(' · ');
  process.stderr.write(`\n${renderFindings(findings, { stream: process.stderr })}\n${closing}\n`);
}

/** The one system of an outcome; an error where there are several to choose from. */
export function only(systems: readonly SynthesizedSystem[]): SynthesizedSystem {
  const [first, ...others] = systems;
  if (first === undefined) throw new UsageError('the definition makes no system', 'make one with `new System(app, …)`');
  if (others.length === 0) return first;
  const ids = systems.map(({ graph }) => graph.system);
  throw new UsageError(`the definition makes ${ids.length} systems`, `name one: ${ids.join(', ')}`);
}

/** What a program reads of a system. */
export function systemJson({ graph, digest, output, unchanged }: SynthesizedSystem): Record<string, unknown> {
  const cores = analyseTiming(graph);
  return {
    system: graph.system,
    digest,
    machine: graph.machine.name,
    arch: graph.machine.arch,
    components: graph.nodes.filter(({ type }) => type === 'Component').length,
    capabilities: graph.edges.length,
    ...(cores.length > 0 ? { cores } : {}),
    ...(output ? { graph: output.graph, image: output.image, unchanged } : {}),
  };
}
