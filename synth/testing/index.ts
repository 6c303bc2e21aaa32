/** For tests of systems: boots one and says how it went. Public as `veridian/testing`. */
import { resolve } from 'node:path';
import { machinesByName, machineVariants } from '../../arch/index.js';
import { hasErrors, renderFindings } from '../findings/index.js';
import { type SynthesizedSystem, synthesize } from '../pipeline/index.js';
import { boot, type Run } from '../qemu/index.js';
import { type Arch, silent } from '../toolchain/index.js';

export type { Run } from '../qemu/index.js';

/** What to boot, and when to stop. */
export interface BootSystemOptions {
  /** Id of the system, where the project has several. */
  readonly system?: string;
  /** Definition to run in place of the project's own, relative to it. */
  readonly definition?: string;
  /** Machine to use in place of the declared one, by its name, which may say what it is made with: `q35`, `virt,gic=3`. @default - the declared one */
  readonly machine?: string;
  /** Milliseconds after which the machine is ended. @default 60000 */
  readonly timeout?: number;
  /** Ends the machine as soon as its console matches. */
  readonly expect?: RegExp;
  /** Makes every run the same: an instruction takes 2^icount nanoseconds. @default the clock of the host */
  readonly icount?: number;
  /** Whether the machine starts again after a reset, which ends it else. @default false */
  readonly reboot?: boolean;
  /** QEMU's name of the processor. @default all that QEMU has */
  readonly processor?: string;
}

/** A machine's run, and the system that ran. */
export interface SystemRun extends Run {
  readonly system: SynthesizedSystem;
  /** What it wrote, line by line: the kernel's own, and all behind it that are not empty. */
  readonly lines: readonly string[];
}

/** Name of every machine. */
export const everyMachine: readonly string[] = [...machinesByName.keys()];

/** The same with every choice that a machine has, one at a time: `virt`, `virt,gic=3`. */
export const everyVariant: readonly string[] = machineVariants;

/** Lines of a console; before the kernel's own, firmware may have written some. */
function kernelLines(console: string): string[] {
  const lines = console.split(/\r?\n/).filter((line) => line !== '');
  return lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith('veridian ')),
    ),
  );
}

const TIMEOUT = 60_000;

/** Synthesizes the project in the folder `project` and boots it. A system that is wrong is an error that has all
 * findings; one that is only advised against boots. */
export async function bootSystem(project: string, options: BootSystemOptions = {}): Promise<SystemRun> {
  const { system: id, definition, machine: on, timeout = TIMEOUT, expect, icount, reboot, processor } = options;
  const { findings, systems } = await synthesize({
    project: resolve(project),
    reporter: silent,
    write: true,
    ...(id === undefined ? {} : { system: id }),
    ...(definition === undefined ? {} : { definition }),
    ...(on === undefined ? {} : { machine: on }),
  });
  const [system] = systems;
  if (hasErrors(findings) || !system?.output)
    throw new Error(`${project} does not synthesize\n\n${renderFindings(findings)}`);
  const { machine } = system.graph;
  const run = await boot({
    machine: { ...machine, arch: machine.arch as Arch },
    image: system.output.image,
    timeout,
    ...(expect === undefined ? {} : { expect }),
    ...(icount === undefined ? {} : { icount }),
    ...(reboot === undefined ? {} : { reboot }),
    ...(processor === undefined ? {} : { processor }),
  });
  return { ...run, system, lines: kernelLines(run.console) };
}
