/** Boots a system and hands it to GDB. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { readElf } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { locatePrograms } from '../pipeline/locate.js';
import { readKernelMap } from '../probe/index.js';
import { boot } from '../qemu/index.js';
import { type Arch, packageRoot, type Reporter } from '../toolchain/index.js';
import { readDeclared } from '../verify/index.js';
import { needGdb } from './gdb.js';
import { gdbScript, type Target } from './script.js';

export interface DebugOptions {
  readonly graph: SystemGraph;
  /** Absolute path of the project that the system is of. */
  readonly project: string;
  /** Absolute path of the image. */
  readonly image: string;
  /** Path of the component to stop in. @default - stops in the kernel */
  readonly component?: string;
  /** GDB's commands once it has stopped there. @default none */
  readonly commands?: readonly string[];
  /** Ends with the last command, instead of leaving GDB to the terminal. @default false */
  readonly batch?: boolean;
  readonly reporter: Reporter;
  /** Takes what the machine writes to its console. */
  readonly onConsole: (chunk: Buffer) => void;
}

/** Milliseconds that QEMU has to be there. */
const PATIENCE = 20_000;

/** The component of this path as a target. */
async function targetOf(path: string, { graph, project, image, reporter }: DebugOptions): Promise<Target> {
  const { components } = readDeclared(await readFile(image), image);
  const index = components.findIndex((one) => one.path === path);
  const node = graph.nodes.find((one) => one.path === path);
  const file = node?.type === 'Component' && graph.programs.find(({ name }) => name === node.program)?.file;
  const record = components[index]?.record;
  if (!file || !record)
    throw new ToolError({
      code: 'VRD0027',
      message: `${path} is no component`,
      help: '`veridian ls` lists every path',
    });
  const program = (await locatePrograms(project, graph, graph.machine.arch as Arch, reporter))(file);
  return { index, program, slide: record.entry - readElf(await readFile(program)).entry };
}

async function waitFor(socket: string, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + PATIENCE; !existsSync(socket) && !signal.aborted; await after(20))
    if (Date.now() > end) throw new ToolError({ code: 'VRD0962', message: 'QEMU does not start', help: 'try again' });
}

/** Runs GDB on the booted system. Returns GDB's own exit status. */
export async function debugSystem(options: DebugOptions): Promise<number> {
  const { graph, project, image, component, commands = [], batch = false, reporter, onConsole } = options;
  const arch = graph.machine.arch as Arch;
  const { program } = await needGdb();
  const kernel = await readKernelMap(arch, reporter);
  const target = component === undefined ? undefined : await targetOf(component, options);
  const folder = await mkdtemp(join(tmpdir(), 'veridian-'));
  const machine = new AbortController();
  const over = new AbortController();
  // Ctrl-C is GDB's, which stops the machine with it.
  const leave = (): void => {};
  process.on('SIGINT', leave);
  try {
    const socket = join(folder, 'gdb');
    const script = join(folder, 'script');
    const sources = { veridian: packageRoot, project };
    const lines = gdbScript({ arch, kernel, socket, sources, ...(target === undefined ? {} : { target }) });
    await writeFile(script, `${lines.join('\n')}\n`);
    const running = boot({
      machine: { ...graph.machine, arch },
      image,
      debugger: socket,
      background: true,
      signal: machine.signal,
      onOutput: onConsole,
    }).finally(() => over.abort());
    const debugging = (async () => {
      await waitFor(socket, over.signal);
      if (over.signal.aborted) return 1;
      const said = commands.flatMap((command) => ['-ex', command]);
      const args = ['-nx', '-q', ...(batch ? ['-batch'] : []), '-x', script, ...said];
      return new Promise<number>((resolve, reject) => {
        const child = spawn(program, args, { stdio: 'inherit' });
        child.once('error', reject);
        child.once('close', (code) => resolve(code ?? 1));
      });
    })().finally(() => machine.abort());
    const [status] = await Promise.all([debugging, running]);
    return status;
  } finally {
    process.removeListener('SIGINT', leave);
    await rm(folder, { recursive: true, force: true });
  }
}
