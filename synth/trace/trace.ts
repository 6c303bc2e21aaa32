/** Boots a system whose kernel traces, and takes every message out of its memory. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { type KernelMap, Remote, readKernelMap } from '../probe/index.js';
import { type BootOptions, boot, type Run } from '../qemu/index.js';
import type { Arch, Reporter } from '../toolchain/index.js';
import { readDeclared } from '../verify/index.js';
import { withTrace } from './image.js';
import { eventSize, readEvent, ringRuns, type TraceEvent } from './ring.js';
import { Story, type TracedMessage } from './story.js';

export interface TraceOptions extends Pick<BootOptions, 'timeout' | 'expect' | 'onOutput' | 'interactive'> {
  readonly graph: SystemGraph;
  /** Absolute path of the image. */
  readonly image: string;
  readonly reporter: Reporter;
  /** Events that the kernel keeps until they are taken: with fewer, the machine stops more often. @default 2048 */
  readonly events?: number;
  /** Whether messages of the component with this path are told, from it or to it. @default - all */
  readonly components?: (path: string) => boolean;
  /** Takes every message, in the order in which they were received. */
  readonly onMessage: (message: TracedMessage) => void;
}

const EVENTS = 2048;

/** Takes the events of a kernel that is stopped, each once. */
class Taker {
  readonly #remote: Remote;
  readonly #map: KernelMap;
  #taken = 0;

  constructor(remote: Remote, map: KernelMap) {
    this.#remote = remote;
    this.#map = map;
  }

  async take(): Promise<TraceEvent[]> {
    const { system, outline } = this.#map;
    const ring = await this.#remote.word(system + outline.traceRing);
    const length = Number(await this.#remote.word(system + outline.traceRing + 8n));
    const count = Number(await this.#remote.word(system + outline.traceCount));
    const events: TraceEvent[] = [];
    for (const { first, number } of ringRuns(this.#taken, count, length)) {
      const view = await this.#remote.read(ring + BigInt(first * eventSize), number * eventSize);
      for (let index = 0; index < number; index += 1) events.push(readEvent(view, index * eventSize));
    }
    this.#taken = count;
    return events;
  }
}

/** Runs the machine to its end, or until `over` is aborted, and takes its events. */
async function follow(
  remote: Remote,
  map: KernelMap,
  over: AbortSignal,
  take: (events: readonly TraceEvent[]) => void,
): Promise<void> {
  const taker = new Taker(remote, map);
  await remote.setBreakpoint(map.function('kernel_trace_tell'));
  const interrupt = (): void => remote.interrupt();
  over.addEventListener('abort', interrupt, { once: true });
  while (!over.aborted && (await remote.resume())) {
    if (over.aborted) break;
    take(await taker.take());
    if (!(await remote.step())) return;
  }
  if (!over.aborted) return;
  // It stopped anywhere; in its tick the kernel runs, whose memory can be read there. It may be at the other
  // breakpoint now, or come to it first: the same holds there.
  await remote.setBreakpoint(map.function('kernel_tick'));
  if (await remote.resume()) take(await taker.take());
}

/** Boots a system, and tells every message between its components. */
export async function traceSystem(options: TraceOptions): Promise<Run> {
  const { graph, image, timeout, expect, onOutput, onMessage, interactive = false, reporter } = options;
  const { components = () => true, events: kept = EVENTS } = options;
  const arch = graph.machine.arch as Arch;
  const map = await readKernelMap(arch, reporter);
  const bytes = await readFile(image);
  const declared = readDeclared(bytes, image);
  const story = new Story(declared);
  const isWanted = declared.components.map(({ path }) => components(path));
  // Threads made at run time have no path: they are told of where all are.
  const wants = (thread: number): boolean => isWanted[thread] ?? isWanted.every(Boolean);
  const folder = await mkdtemp(join(tmpdir(), 'veridian-'));
  // The machine is ended when the last events are there.
  const machine = new AbortController();
  const over = new AbortController();
  const gone = new AbortController();
  let ending: Run['ending'] | undefined;
  const end = (why: Run['ending']) => (): void => {
    ending ??= why;
    over.abort();
  };
  const timer = timeout === undefined ? undefined : setTimeout(end('timeout'), timeout);
  const interrupted = end('interrupted');
  process.on('SIGINT', interrupted);
  try {
    const traced = join(folder, basename(image));
    const socket = join(folder, 'gdb');
    await writeFile(traced, withTrace(bytes, kept));
    let shown = '';
    const running = boot({
      machine: { ...graph.machine, arch },
      image: traced,
      debugger: socket,
      background: true,
      interactive,
      signal: machine.signal,
      onOutput: (chunk) => {
        onOutput?.(chunk);
        shown += chunk.toString();
        if (expect?.test(shown)) end('expected')();
      },
    }).finally(() => gone.abort());
    const following = (async () => {
      const remote = await Remote.connect(socket, gone.signal);
      if (!remote) return;
      try {
        await follow(remote, map, over.signal, (events) => {
          for (const event of events) {
            const message = story.tell(event);
            if (wants(event.from) || wants(event.to)) onMessage(message);
          }
        });
      } catch (error) {
        machine.abort();
        throw error;
      } finally {
        remote.close();
      }
      // Else it has ended by itself, and says with what code.
      if (over.signal.aborted) machine.abort();
    })();
    const [run] = await Promise.all([running, following]);
    return ending === undefined ? run : { ending, console: run.console };
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
}
