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

/** Who has a row: a component, by its first thread, or a thread that it made while it ran. */
export interface Row {
  /** Path of the component. */
  readonly path: string;
  /** Number of a thread that it made, among all that pools can make. */
  readonly thread?: number;
  /** Whether that thread lives in an address space of its own. */
  readonly process?: boolean;
  /** Bytes that are mapped for a component from the start, device registers left out; 0 for what it made. */
  readonly memory: number;
}

/** What one component, or a thread that it made, did in an interval. */
export interface ComponentActivity extends Row {
  /** What it was doing at the end of the interval. */
  readonly state: ThreadState | 'unknown';
  /** Per cent of its core's time, by the ticks that found it running. */
  readonly cpu: number;
  /** Switches per second, both of each of its calls among them. */
  readonly switches: number;
  /** Its messages that were received, per second: calls and one-way messages. */
  readonly ipc: number;
  /** Faults since boot; of a thread that was made, with those of whoever had its number before. */
  readonly faults: number;
}

/** All components after an interval. */
export interface Snapshot {
  readonly system: string;
  /** Seconds that the machine has run since its first tick, without those in which it was looked at. */
  readonly time: number;
  /** Seconds of the interval, counted so too. */
  readonly interval: number;
  /** In the order of their numbers, each with the threads behind it that it made. */
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
function activity(row: Row, before: ThreadSample, after: ThreadSample, seconds: number): ComponentActivity {
  const called = progress(calls(before), calls(after), 32);
  // A call counts twice; so this wraps as the calls do.
  const switched = progress(switches(before), switches(after), 33);
  return {
    ...row,
    state: states[Number(after.state)] ?? 'unknown',
    cpu: (100 * progress(before.ticks, after.ticks, 64)) / (seconds * TICKS_PER_SECOND),
    switches: switched / seconds,
    ipc: (called + progress(before.sent, after.sent, 64)) / seconds,
    faults: Number(after.faults),
  };
}

/** What happened between two samples of every thread, in the order of `components`. */
export function snapshot(
  of: Pick<Snapshot, 'system' | 'time' | 'interval'> & { readonly components: readonly Row[] },
  before: readonly ThreadSample[],
  after: readonly ThreadSample[],
): Snapshot {
  const components = of.components.flatMap((component, index) => {
    const [first, last] = [before[index], after[index]];
    return first && last ? [activity(component, first, last, of.interval)] : [];
  });
  return { system: of.system, time: of.time, interval: of.interval, components };
}
