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
import { type Row, type Snapshot, snapshot, type ThreadSample } from './snapshot.js';

export interface TopOptions extends Pick<BootOptions, 'timeout' | 'expect' | 'onOutput'> {
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
/** The state of a thread that nobody has, or that has ended. */
const STOPPED = 0n;

/** Bytes that a component's address space has from the start, without device registers. */
function memory({ mappings }: Declared['components'][number], pageSize: number): number {
  const own = mappings.filter(({ source }) => BigInt(source) !== limits.SOURCE_MMIO);
  return own.reduce((sum, { pages }) => sum + pages * pageSize, 0);
}

/** A thread, with what tells whose it is. */
interface LiveThread extends ThreadSample {
  /** Address of its own table, and of the table of who made it; 0 for a component's first. */
  readonly table: bigint;
  readonly maker: bigint;
  /** Its address space, as the kernel names it. */
  readonly space: bigint;
}

/** All threads of a kernel that is stopped: the first of each component, and behind them those that can be made. */
async function threads(remote: Remote, { system, outline }: KernelMap): Promise<LiveThread[]> {
  const first = await remote.word(system + outline.threads);
  const count = Number(await remote.word(system + outline.threads + BigInt(WORD)));
  const found: LiveThread[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = first + BigInt(index) * outline.threadSize;
    const view = await remote.read(at, Number(outline.threadSize));
    const word = (offset: bigint, number = 0): bigint => view.getBigUint64(Number(offset) + number * WORD, true);
    found.push({
      state: word(outline.state),
      reply: word(outline.reply),
      switches: word(outline.counters),
      ticks: word(outline.counters, 1),
      sent: word(outline.counters, 2),
      faults: word(outline.counters, 3),
      table: at + outline.table,
      maker: word(outline.maker),
      space: word(outline.space),
    });
  }
  return found;
}

/** The number of a row's thread among all. */
interface NumberedRow extends Row {
  readonly index: number;
}

/** Rows for each component, and behind it for each thread that it made and that has not ended. */
function rowsOf(components: readonly Row[], live: readonly LiveThread[]): NumberedRow[] {
  const tables = new Map(live.slice(0, components.length).map(({ table }, index) => [table, index]));
  const made = live.slice(components.length);
  // Whoever lives in a process was made by its maker, or by somebody else who lives there.
  const makerOf = ({ maker, space }: LiveThread): number | undefined =>
    tables.get(maker) ?? made.filter((one) => one.space === space).flatMap((one) => tables.get(one.maker) ?? [])[0];
  const rows = components.map((row, index): NumberedRow[] => [{ ...row, index }]);
  for (const [thread, one] of made.entries()) {
    const maker = one.state === STOPPED ? undefined : makerOf(one);
    const of = maker === undefined ? undefined : components[maker];
    if (maker === undefined || !of) continue;
    const process = one.space !== live[maker]?.space;
    rows[maker]?.push({ path: of.path, thread, process, memory: 0, index: components.length + thread });
  }
  return rows.flat();
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
  let before = await threads(remote, map);
  while (await pace.run(interval)) {
    const now = await threads(remote, map);
    const times = { time: (pace.ran - start) / 1000, interval: (pace.ran - seen) / 1000 };
    const rows = rowsOf(components, now);
    const of = (live: readonly LiveThread[]): ThreadSample[] => rows.flatMap(({ index }) => live[index] ?? []);
    const shown = rows.map(({ index: _, ...row }): Row => row);
    if (!onSnapshot(snapshot({ system: graph.system, components: shown, ...times }, of(before), of(now)))) return true;
    before = now;
    seen = pace.ran;
  }
  return false;
}

/**
 * Boots a system, and tells what its components do. Ends when the machine does, with Ctrl-C, when the time is over, or
 * as `expected` when the console matches or no more snapshots are wanted.
 */
export async function topSystem(options: TopOptions): Promise<Run> {
  const { graph, image, timeout, expect, onOutput, reporter } = options;
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
      ...(timeout === undefined ? {} : { timeout }),
      ...(expect === undefined ? {} : { expect }),
      ...(onOutput === undefined ? {} : { onOutput }),
    }).finally(() => gone.abort());
    const watching = (async () => {
      const remote = await Remote.connect(socket, gone.signal);
      if (!remote) return;
      try {
        // Else it has ended by itself, and says with what code.
        if (await watch(remote, map, declared, options)) end('expected')();
      } catch (error) {
        machine.abort();
        const run = await running;
        // A machine that was ended in the middle of a request does not answer it.
        if (ending === undefined && run.ending !== 'expected' && run.ending !== 'timeout') throw error;
      } finally {
        remote.close();
      }
    })();
    const [run] = await Promise.all([running, watching]);
    return ending === undefined ? run : { ending, console: run.console };
  } finally {
    process.removeListener('SIGINT', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
}
