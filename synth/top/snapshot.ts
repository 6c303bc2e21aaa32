/** What components did between two looks at the kernel's counters. */
import { limits } from '../../kernel/abi/index.js';

/** States of `kernel/src/thread.rs`, by number. Who waits for a reply is `calling`, whichever path will give it. */
const states = [
  'stopped',
  'ready',
  'running',
  'receiving',
  'sending',
  'calling',
  'calling',
  'waiting',
  'joining',
  'sleeping',
  'exhausted',
  'blocked',
  'unscheduled',
] as const;

export type ThreadState = (typeof states)[number];

/** What the kernel keeps of a thread, as it lies in its memory. */
export interface ThreadSample {
  /** Number of its state. */
  readonly state: bigint;
  /** Its reply token, with the number of its calls in bits 32–63. */
  readonly reply: bigint;
  /** Times that the scheduler let it run, less what the slow path counts off: see `kernel/src/metrics.rs`. Wraps. */
  readonly switches: bigint;
  /** Ticks that found it running. */
  readonly ticks: bigint;
  /** One-way messages that somebody received. */
  readonly sent: bigint;
  readonly faults: bigint;
}

/** What one component did in an interval. */
export interface ComponentActivity {
  readonly path: string;
  /** What it was doing at the end of the interval. */
  readonly state: ThreadState | 'unknown';
  /** Per cent of its core's time, by the ticks that found it running. */
  readonly cpu: number;
  /** Switches per second, both of each of its calls among them. */
  readonly switches: number;
  /** Its messages that were received, per second: calls and one-way messages. */
  readonly ipc: number;
  /** Faults since boot. */
  readonly faults: number;
  /** Bytes that are mapped for it from the start, device registers left out. */
  readonly memory: number;
}

/** All components after an interval. */
export interface Snapshot {
  readonly system: string;
  /** Seconds that the machine has run since its first tick, without those in which it was looked at. */
  readonly time: number;
  /** Seconds of the interval, counted so too. */
  readonly interval: number;
  /** In the order of their numbers. */
  readonly components: readonly ComponentActivity[];
}

const TICKS_PER_SECOND = 1e9 / Number(limits.TICK_NANOSECONDS);

/** Calls of a thread, modulo 2^32. */
const calls = ({ reply }: ThreadSample): bigint => reply >> 32n;

/** Switches of a thread, as the kernel tells them itself: a call has two, and one of them is still to come. */
function switches(sample: ThreadSample): bigint {
  const outstanding = states[Number(sample.state)] === 'calling' ? 1n : 0n;
  return sample.switches + 2n * calls(sample) - outstanding;
}

/** How far a counter of so many bits, which wraps, has come. What started anew since then has not gone back. */
function progress(before: bigint, after: bigint, bits: number): number {
  return Math.max(0, Number(BigInt.asIntN(bits, after - before)));
}

/** What a component did in so many seconds. */
function activity(
  { path, memory }: Pick<ComponentActivity, 'path' | 'memory'>,
  before: ThreadSample,
  after: ThreadSample,
  seconds: number,
): ComponentActivity {
  const called = progress(calls(before), calls(after), 32);
  // A call counts twice; so this wraps as the calls do.
  const switched = progress(switches(before), switches(after), 33);
  return {
    path,
    state: states[Number(after.state)] ?? 'unknown',
    cpu: (100 * progress(before.ticks, after.ticks, 64)) / (seconds * TICKS_PER_SECOND),
    switches: switched / seconds,
    ipc: (called + progress(before.sent, after.sent, 64)) / seconds,
    faults: Number(after.faults),
    memory,
  };
}

/** What happened between two samples of every component's thread, in the order of `components`. */
export function snapshot(
  of: Pick<Snapshot, 'system' | 'time' | 'interval'> & {
    readonly components: readonly Pick<ComponentActivity, 'path' | 'memory'>[];
  },
  before: readonly ThreadSample[],
  after: readonly ThreadSample[],
): Snapshot {
  const components = of.components.flatMap((component, index) => {
    const [first, last] = [before[index], after[index]];
    return first && last ? [activity(component, first, last, of.interval)] : [];
  });
  return { system: of.system, time: of.time, interval: of.interval, components };
}
