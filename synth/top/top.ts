/** Boots a system, and looks at the kernel's counters of every component again and again. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';
import { type KernelMap, Remote, readKernelMap } from '../probe/index.js';
import { type BootOptions, boot, type Run } from '../qemu/index.js';
import type { Arch, Reporter } from '../toolchain/index.js';
import { type Declared, readDeclared } from '../verify/index.js';
import { type Snapshot, snapshot, type ThreadSample } from './snapshot.js';

export interface TopOptions extends Pick<BootOptions, 'timeout' | 'onOutput'> {
  readonly graph: SystemGraph;
  /** Absolute path of the image. */
  readonly image: string;
  readonly reporter: Reporter;
  /** Milliseconds that the machine runs between two looks. @default 1000 */
  readonly interval?: number;
  /** Takes every snapshot. The machine is ended as soon as this returns false. */
  readonly onSnapshot: (one: Snapshot) => boolean;
}

const INTERVAL = 1000;
const WORD = 8;

/** Bytes that a component's address space has from the start, without device registers. */
function memory({ mappings }: Declared['components'][number], pageSize: number): number {
  const own = mappings.filter(({ source }) => BigInt(source) !== limits.SOURCE_MMIO);
  return own.reduce((sum, { pages }) => sum + pages * pageSize, 0);
}

/** Threads of a kernel that is stopped: those of the components are the first, in their order. */
async function threads(remote: Remote, { system, outline }: KernelMap, count: number): Promise<ThreadSample[]> {
  const first = await remote.word(system + outline.threads);
  const samples: ThreadSample[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = first + BigInt(index) * outline.threadSize;
    const counters = await remote.read(at + outline.counters, 4 * WORD);
    const counter = (word: number): bigint => counters.getBigUint64(word * WORD, true);
    samples.push({
      state: await remote.word(at + outline.state),
      reply: await remote.word(at + outline.reply),
      switches: counter(0),
      ticks: counter(1),
      sent: counter(2),
      faults: counter(3),
    });
  }
  return samples;
}

/** A machine that runs for a while and stops in its tick, where its kernel's memory can be read. */
class Pace {
  readonly #remote: Remote;
  readonly #tick: bigint;
  /** Milliseconds that the machine has run: its clock stands while it is stopped. */
  ran = 0;

  constructor(remote: Remote, map: KernelMap) {
    this.#remote = remote;
    this.#tick = map.function('kernel_tick');
  }

  async #resume(): Promise<boolean> {
    const start = performance.now();
    const stopped = await this.#remote.resume();
    this.ran += performance.now() - start;
    return stopped;
  }

  /** Lets it run on to its next tick. False once it has ended. */
  async toTick(): Promise<boolean> {
    await this.#remote.setBreakpoint(this.#tick);
    if (!(await this.#resume())) return false;
    await this.#remote.clearBreakpoint(this.#tick);
    return true;
  }

  /** Lets it run for so many milliseconds, and on to a tick. False once it has ended. */
  async run(milliseconds: number): Promise<boolean> {
    const woken = new AbortController();
    // The wait ends with the machine, or else it stops it.
    const waiting = after(milliseconds, undefined, { signal: woken.signal }).then(
      () => this.#remote.interrupt(),
      () => {},
    );
    const stopped = await this.#resume();
    woken.abort();
    await waiting;
    return stopped && (await this.toTick());
  }
}

/** Looks at a machine until it ends, or is not wanted any more. Returns whether it is still there. */
async function watch(remote: Remote, map: KernelMap, declared: Declared, options: TopOptions): Promise<boolean> {
  const { graph, interval = INTERVAL, onSnapshot } = options;
  const components = declared.components.map((one) => ({ path: one.path, memory: memory(one, declared.pageSize) }));
  const pace = new Pace(remote, map);
  if (!(await pace.toTick())) return false;
  const start = pace.ran;
  let seen = start;
  let before = await threads(remote, map, components.length);
  while (await pace.run(interval)) {
    const now = await threads(remote, map, components.length);
    const times = { time: (pace.ran - start) / 1000, interval: (pace.ran - seen) / 1000 };
    if (!onSnapshot(snapshot({ system: graph.system, components, ...times }, before, now))) return true;
    before = now;
    seen = pace.ran;
  }
  return false;
}

/**
 * Boots a system, and tells what its components do. Ends when the machine does, with Ctrl-C, when the time is over, or
 * as `expected` when no more snapshots are wanted.
 */
export async function topSystem(options: TopOptions): Promise<Run> {
  const { graph, image, timeout, onOutput, reporter } = options;
  const arch = graph.machine.arch as Arch;
  const map = await readKernelMap(arch, reporter);
  const declared = readDeclared(await readFile(image), image);
  const folder = await mkdtemp(join(tmpdir(), 'veridian-'));
  const machine = new AbortController();
  const gone = new AbortController();
  let ending: Run['ending'] | undefined;
  const end = (why: Run['ending']) => (): void => {
    ending ??= why;
    machine.abort();
  };
  const timer = timeout === undefined ? undefined : setTimeout(end('timeout'), timeout);
  const interrupted = end('interrupted');
  process.on('SIGINT', interrupted);
  try {
    const socket = join(folder, 'gdb');
    const running = boot({
      machine: { ...graph.machine, arch },
      image,
      debugger: socket,
      background: true,
      signal: machine.signal,
      ...(onOutput === undefined ? {} : { onOutput }),
    }).finally(() => gone.abort());
    const watching = (async () => {
      const remote = await Remote.connect(socket, gone.signal);
      if (!remote) return;
      try {
        // Else it has ended by itself, and says with what code.
        if (await watch(remote, map, declared, options)) end('expected')();
      } catch (error) {
        // A machine that was ended in the middle of a request does not answer it.
        if (ending !== undefined) return;
        machine.abort();
        throw error;
      } finally {
        remote.close();
      }
    })();
    const [run] = await Promise.all([running, watching]);
    return ending === undefined ? run : { ending, console: run.console };
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
}
