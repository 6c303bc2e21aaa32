/** Whether the periodic work of a system meets its deadlines, and how much of a core it takes. */
import type { NodeOf, Source, SystemGraph, Timing } from '../../constructs/graph/index.js';
import { type Blocking, blocking, unblocked } from './blocking.js';
import { type Bound, Calls, sum, times, type Unknown } from './calls.js';
import { type Interference, rateMonotonicBound, responseTime, starts } from './response-time.js';

type Task = NonNullable<Timing['task']>;

/** One part of a response time. */
export interface Term {
  readonly label: 'works' | 'calls' | 'waits' | 'behind';
  readonly text: string;
  /** In nanoseconds. */
  readonly time: number;
  readonly source: Source;
}

/** What is known of one component’s periodic work. All times are in nanoseconds. */
export interface TaskTiming extends Task {
  readonly component: string;
  readonly source: Source;
  readonly core: number;
  /** With what servers do on its behalf; absent when a time is unknown. */
  readonly work?: number;
  /** From its start until it is done; absent when it has no bound. */
  readonly response?: number;
  /** What the response time consists of; when it has no bound, as far as the deadline. */
  readonly terms: readonly Term[];
  /** Why there is no bound. */
  readonly unknown: readonly Unknown[];
}

/** How busy a core is with periodic work. */
export interface CoreTiming {
  readonly core: number;
  /** 1 for all of it. */
  readonly utilisation: number;
  /** Up to this utilisation, tasks whose urgency follows from their periods always meet them. */
  readonly bound: number;
  readonly tasks: readonly TaskTiming[];
}

/** A response time is looked for up to so many deadlines. */
const patience = 100;

interface Known {
  readonly node: NodeOf<'Component'>;
  readonly task: Task;
  readonly work: Bound;
  readonly blocking: Blocking;
}

const unknownOf = (bound: Bound): readonly Unknown[] => ('unknown' in bound ? bound.unknown : []);
const timeOf = (bound: Bound): number => ('time' in bound ? bound.time : 0);

/** What is known of a core: of the tasks on it, and of what tasks on others have done here. */
class Analysis {
  readonly #calls: Calls;
  /** Tasks of this core. */
  readonly #tasks: readonly Known[];
  /** What runs here for every task, of this core or another: the rest is none of this core’s time. */
  readonly #here: readonly Known[];

  constructor(
    graph: SystemGraph,
    readonly core: number,
  ) {
    const calls = new Calls(graph);
    const ownCalls = new Calls(graph, core);
    this.#calls = calls;
    const all = [...calls.components.values()].flatMap((node): [Known, Known][] => {
      const task = calls.timings.get(node.path)?.task;
      if (!task) return [];
      const isHere = calls.coreOf(node.path) === core;
      const workOf = (time: number, by: Calls): Bound =>
        sum([{ time }, ...by.of(node.path).map((call) => times(by.cost(call), call.count))]);
      const away = calls.elsewhere(node.path);
      const whole = workOf(task.worstCase, calls);
      const work = away.length > 0 && isHere ? sum([whole, { unknown: away }]) : whole;
      // Without a bound for the work there is none at all, whatever else it waits for.
      const held = 'time' in work && isHere ? blocking(calls, node.path) : unblocked(node.priority);
      const here = workOf(isHere ? task.worstCase : 0, ownCalls);
      return [
        [
          { node, task, work, blocking: held },
          // What comes from another core comes whenever it likes, up to its deadline.
          { node, task, work: here, blocking: isHere ? held : { ...held, suspends: true } },
        ],
      ];
    });
    this.#tasks = all.map(([known]) => known).filter(({ node }) => calls.coreOf(node.path) === core);
    this.#here = all
      .map(([, here]) => here)
      .filter(({ node, work }) => calls.coreOf(node.path) === core || timeOf(work) > 0 || 'unknown' in work);
  }

  /** Components that can run before priority `level` by themselves, of which nobody knows how long. */
  #undeclared(level: number, except: string): Unknown[] {
    return [...this.#calls.components.values()].flatMap((node): Unknown[] => {
      const { path, priority, source } = node;
      const timing = this.#calls.timings.get(path);
      if (this.#calls.coreOf(path) !== this.core) return [];
      if (path === except || priority > level || timing?.task || !this.#calls.runsByItself(path)) return [];
      return [{ text: `${path} can run before it, and declares no period and time`, source }];
    });
  }

  of({ node, task, work, blocking: held }: Known): TaskTiming {
    const { path, source, priority } = node;
    const others = this.#here.filter((one) => one.node !== node && one.node.priority <= held.level);
    const unknown = distinct([
      ...unknownOf(work),
      ...unknownOf(held.time),
      ...others.flatMap((one) => unknownOf(one.work)),
      ...this.#undeclared(held.level, path),
    ]);
    const before = others.map((one) => ({ one, interference: interferenceOf(one, priority) }));
    const ownWork = timeOf(work);
    const response =
      unknown.length > 0
        ? undefined
        : responseTime(
            ownWork,
            timeOf(held.time),
            before.map(({ interference }) => interference),
            task.deadline * patience,
          );
    const length = response ?? task.deadline;
    const terms: Term[] = [
      { label: 'works', text: path, time: task.worstCase, source },
      ...this.#calls.of(path).map((call): Term => {
        const time = timeOf(times(this.#calls.cost(call), call.count));
        const { object, rights, source: at } = call.edge;
        const often = call.count === 1 ? '' : `${call.count} × `;
        return { label: 'calls', text: `${often}${rights.join(', ')} of ${object}`, time, source: at };
      }),
      ...held.waits.map(({ server, behind, count, time }): Term => {
        const at = this.#calls.components.get(server)?.source ?? source;
        const often = count === 1 ? '' : `${count} × `;
        return {
          label: 'waits',
          text: `${often}for ${server}, which may work for ${behind.join(', ')}`,
          time,
          source: at,
        };
      }),
      ...before.map(({ one, interference }): Term => {
        const count = starts(interference, length);
        const text = `${count} × ${one.node.path}`;
        return { label: 'behind', text, time: count * interference.work, source: one.node.source };
      }),
    ];
    return {
      component: path,
      source,
      core: this.core,
      ...task,
      ...('time' in work ? { work: work.time } : {}),
      ...(response === undefined ? {} : { response }),
      terms,
      unknown,
    };
  }

  cores(): CoreTiming[] {
    if (this.#here.length === 0) return [];
    const tasks = this.#tasks
      .toSorted((a, b) => a.node.priority - b.node.priority || (a.node.path < b.node.path ? -1 : 1))
      .map((known) => this.of(known));
    const utilisation = this.#here.reduce((part, { work, task }) => part + timeOf(work) / task.period, 0);
    return [{ core: this.core, utilisation, bound: rateMonotonicBound(tasks.length), tasks }];
  }
}

/** What a task is to one of priority `priority` that it can run before. */
function interferenceOf({ node, task, work, blocking: held }: Known, priority: number): Interference {
  const time = timeOf(work);
  // Work that waits, or that is not more urgent itself, may be left over from before and come as late as its deadline.
  const late = held.suspends || node.priority >= priority;
  return { work: time, period: task.period, jitter: late ? Math.max(0, task.deadline - time) : 0 };
}

function distinct(unknown: readonly Unknown[]): Unknown[] {
  return [...new Map(unknown.map((one) => [one.text, one])).values()];
}

/** Each core with periodic work; none where no component declares any. */
export function analyseTiming(graph: SystemGraph): CoreTiming[] {
  if (!(graph.timings ?? []).some(({ task }) => task)) return [];
  const used = graph.nodes.flatMap((node) => (node.type === 'Component' ? [node.core ?? 0] : []));
  return [...new Set(used)].sort((a, b) => a - b).flatMap((core) => new Analysis(graph, core).cores());
}
