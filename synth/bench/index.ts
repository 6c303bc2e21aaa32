import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machinesByName } from '../../arch/index.js';
import { readElf } from '../elf/index.js';
import { renderFindings, ToolError } from '../findings/index.js';
import { synthesize } from '../pipeline/index.js';
import { boot } from '../qemu/index.js';
import { type Arch, kernelFile, packageRoot, type Reporter, run } from '../toolchain/index.js';
import { anchors, consoleFigures, type Figure, figureTable } from './figure.js';
import { type Bootable, instructionsToFirstUser } from './first-user.js';
import { writeGeneratedProject } from './generated-system.js';

const TIMEOUT = 120_000;
/** Of examples/bench. */
const DEFINITIONS = ['main.ts', 'switches.ts', 'latency.ts', 'crowd-10.ts', 'crowd-1000.ts', 'crowd-10000.ts'];
const SIZES = [10, 1000, 10_000];
const AUTHORITY_SIZES = [100, 1000, 10_000];
const DIFF_SIZES = [10_000];

function failed(what: string, said: string, help = 'run examples/bench by itself'): ToolError {
  return new ToolError({ code: 'VRD0962', message: `${what}\n\n${said}\n`, help });
}

/** A definition of an example, synthesized for a machine. */
async function synthesized(example: string, definition: string, on: string, reporter: Reporter): Promise<Bootable> {
  const project = join(packageRoot, 'examples', example);
  const { findings, systems } = await synthesize({ project, definition, reporter, write: true, machine: on });
  const image = systems[0]?.output?.image;
  const machine = systems[0]?.graph.machine;
  if (!image || !machine) throw failed(`examples/${example} does not synthesize`, renderFindings(findings));
  return { machine, image };
}

/** What a definition of examples/bench prints of the kernel on a machine, in instructions: the shipped kernel, one
 * instruction a tick. */
async function printedFigures(definition: string, on: string, reporter: Reporter): Promise<Figure[]> {
  const { machine, image } = await synthesized('bench', definition, on, reporter);
  const { arch } = machine;
  const step = reporter.begin(`kernel ${arch}`);
  const { console, code } = await boot({ machine, image, icount: 0, timeout: TIMEOUT });
  const figures = consoleFigures(console);
  if (code !== 0 || figures.length === 0) throw failed('examples/bench did not end as it should', console);
  step.done(`${figures.length} figures`);
  return figures.map(({ name, value }) => kernelFigure(arch, name, value, 'instructions'));
}

/** What the kernel executes of examples/hello until its first component runs. */
async function bootFigure(on: string, reporter: Reporter): Promise<Figure> {
  const bootable = await synthesized('hello', 'main.ts', on, reporter);
  const { arch } = bootable.machine;
  const step = reporter.begin(`boot ${arch}`);
  const value = await instructionsToFirstUser(bootable);
  step.done(`${value.toLocaleString('en-US')} instructions`);
  return kernelFigure(arch, 'boot.first_user', value, 'instructions');
}

function kernelFigure(arch: Arch, name: string, value: number, unit: string): Figure {
  return { name, value, unit, arch, anchors: anchors[arch][name] ?? {} };
}

/** Everything of the kernel on a machine. */
async function kernelFigures(on: string, reporter: Reporter): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const definition of DEFINITIONS) figures.push(...(await printedFigures(definition, on, reporter)));
  const arch = figures[0]?.arch as Arch;
  return [
    ...figures,
    await bootFigure(on, reporter),
    kernelFigure(arch, 'kernel.bytes', await kernelBytes(arch), 'bytes'),
  ];
}

/** Bytes of the kernel that are loaded from a file: all that a stripped one has but for its headers. */
export async function kernelBytes(arch: Arch): Promise<number> {
  const { segments } = readElf(readFileSync(await kernelFile(arch)));
  return segments.reduce((sum, { data }) => sum + data.length, 0);
}

/** A figure of the tool itself, which has no anchor. */
function figure(name: string, value: number, unit: string): Figure {
  return { name, arch: process.arch, value: Math.round(value), unit, anchors: {} };
}

/**
 * What a script of this folder prints as JSON: a process of its own, so that its peak memory is its own.
 * `wrong` says what did not work when it fails.
 */
async function measured<T>(script: string, argument: string, wrong: string): Promise<T> {
  const args = ['--conditions=veridian-source', '--import', 'tsx', join(import.meta.dirname, script), argument];
  const finished = await run(process.execPath, args, { cwd: packageRoot });
  if (finished.code !== 0)
    throw failed(
      wrong,
      finished.stderr,
      `it was made by synth/bench/${script}; VRD codes above are explained by \`veridian explain\``,
    );
  return JSON.parse(finished.stdout) as T;
}

/** Time and memory of synthesizing a generated system of `count` components. */
async function synthFigures(count: number, reporter: Reporter): Promise<Figure[]> {
  const folder = join(packageRoot, '.veridian', `bench-${process.pid}`, String(count));
  writeGeneratedProject(folder, count);
  const step = reporter.begin(`synth ${count}`);
  const wrong = `a system of ${count} components does not synthesize`;
  type Measured = Record<'types' | 'synth' | 'peak', number>;
  const { types, synth, peak } = await measured<Measured>('synth-process.ts', folder, wrong);
  step.done(`${count} components`);
  return [
    figure(`synth.${count}`, synth, 'ms'),
    figure(`synth.${count}.types`, types, 'ms'),
    figure(`synth.${count}.peak`, peak, 'MiB'),
  ];
}

/** Time and memory of computing what every one of `count` components can come to do. */
async function authorityFigures(count: number, reporter: Reporter): Promise<Figure[]> {
  const step = reporter.begin(`authority ${count}`);
  const wrong = `the authority of ${count} components cannot be computed`;
  type Measured = Record<'time' | 'peak' | 'facts', number>;
  const { time, peak, facts } = await measured<Measured>('authority-process.ts', String(count), wrong);
  step.done(`${count} components · ${facts.toLocaleString('en-US')} facts`);
  return [figure(`authority.${count}`, time, 'ms'), figure(`authority.${count}.peak`, peak, 'MiB')];
}

/** Time and memory of comparing a generated system of `count` components with a changed one. */
async function diffFigures(count: number, reporter: Reporter): Promise<Figure[]> {
  const step = reporter.begin(`diff ${count}`);
  const wrong = `two systems of ${count} components cannot be compared`;
  interface Measured {
    readonly time: number;
    readonly peak: number;
    readonly counts: { readonly broader: number; readonly renamed: number };
  }
  const { time, peak, counts } = await measured<Measured>('diff-process.ts', String(count), wrong);
  step.done(`${count} components · ${counts.broader} broader · ${counts.renamed} renamed`);
  return [figure(`diff.${count}`, time, 'ms'), figure(`diff.${count}.peak`, peak, 'MiB')];
}

/** Measures kernel and tool, prints a table or JSON on standard output, and gives the exit status. */
export async function bench(reporter: Reporter, json: boolean): Promise<number> {
  const figures: Figure[] = [];
  for (const machine of machinesByName.keys()) figures.push(...(await kernelFigures(machine, reporter)));
  try {
    for (const count of SIZES) figures.push(...(await synthFigures(count, reporter)));
    for (const count of AUTHORITY_SIZES) figures.push(...(await authorityFigures(count, reporter)));
    for (const count of DIFF_SIZES) figures.push(...(await diffFigures(count, reporter)));
  } finally {
    rmSync(join(packageRoot, '.veridian', `bench-${process.pid}`), { recursive: true, force: true });
  }
  if (json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else process.stdout.write(`${figureTable(figures)}\n\nothers: ${anchors.source}\n`);
  return 0;
}
