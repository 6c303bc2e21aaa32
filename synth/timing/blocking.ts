/**
 * How long less urgent work can keep a task waiting, by the kernel’s rules. Messages wait in an endpoint first in,
 * first out, and a server takes its client’s priority when it has taken the call, not before:
 *
 * - a call may find one call of every other client of that server before it, each with what those calls wait for in
 *   turn. Clients that are tasks as urgent as this one, and serve nobody, are left out: their work is counted whole as
 *   interference;
 * - a server that is itself as urgent as the task keeps it from running while it works for somebody less urgent, once
 *   at the start and once more after each wait. When all that a call comes to is as urgent as the task, nobody less
 *   urgent is inside when it is made, and it waits for nothing (the immediate ceiling);
 * - a server that works by itself as well may be at that when it is called;
 * - while a task waits, the server works at the priority of whom it works for: everything between that and the task’s
 *   own priority can run as well. `level` is the least urgent priority of these.
 */
import { again, type Bound, type Call, type Calls, deepest, sum, times, tooDeep, worst } from './calls.js';

/** What keeps a task waiting. */
export interface Blocking {
  readonly time: Bound;
  /** The least urgent priority that work before this task can run at; its own without waits. */
  readonly level: number;
  /** Whether it can come to wait at all: then its work may come later than its start. */
  readonly suspends: boolean;
  /** Each wait for a server, with who may be before. */
  readonly waits: readonly Wait[];
}

export interface Wait {
  readonly server: string;
  readonly behind: readonly string[];
  readonly count: number;
  readonly time: number;
}

interface Delay {
  readonly time: Bound;
  readonly count: number;
}

class Search {
  readonly waits = new Map<string, Wait>();
  level: number;
  readonly #known = new Map<string, Delay>();
  readonly #active = new Set<string>();
  readonly #securedServers = new Map<string, boolean>();

  constructor(
    readonly calls: Calls,
    readonly task: string,
    readonly priority: number,
  ) {
    this.level = priority;
  }

  #priority(path: string): number {
    return this.calls.components.get(path)?.priority ?? this.priority;
  }

  /** Whether nobody less urgent can be inside a server, or what it calls, while the task runs. */
  #secured(server: string): boolean {
    const known = this.#securedServers.get(server);
    if (known !== undefined) return known;
    const secured = [server, ...this.calls.reached(server)].every((path) => this.#priority(path) <= this.priority);
    this.#securedServers.set(server, secured);
    return secured;
  }

  /** Clients whose work is counted as interference, whole. */
  #counted(client: string): boolean {
    const isTask = this.calls.timings.get(client)?.task !== undefined;
    return isTask && this.#priority(client) <= this.priority && this.calls.to(client).length === 0;
  }

  /** What one call waits for, and those that its server makes. */
  #ofCall(call: Call): Delay {
    const delays = call.servers.map(({ subject }): Delay => {
      const { time, behind } = this.#before(subject, call.from);
      if (behind.length > 0) this.#note(subject, behind, call.count, time);
      const nested = this.of(subject);
      return { time: sum([time, nested.time]), count: (behind.length > 0 ? 1 : 0) + nested.count };
    });
    return { time: worst(delays.map(({ time }) => time)), count: Math.max(0, ...delays.map(({ count }) => count)) };
  }

  /** What may be before a call in the queue of a server. */
  #before(server: string, client: string): { readonly time: Bound; readonly behind: readonly string[] } {
    if (this.#secured(server)) return { time: { time: 0 }, behind: [] };
    const found = this.#callsOfOthers(server, client);
    // Work of its own is counted with that of all who can run before the task.
    const busy = this.calls.runsByItself(server);
    if (busy) this.level = Math.max(this.level, this.#priority(server));
    return { time: found.time, behind: [...found.behind, ...(busy ? ['itself'] : [])] };
  }

  /** One call of every client of a server, but for one and those that are counted. */
  #callsOfOthers(server: string, client: string): { readonly time: Bound; readonly behind: readonly string[] } {
    const others = this.calls
      .to(server)
      .filter(({ from }) => from !== client && from !== this.task && !this.#counted(from));
    const byClient = new Map<string, Call[]>();
    for (const one of others) byClient.set(one.from, [...(byClient.get(one.from) ?? []), one]);
    const nested = this.of(server).time;
    const each = [...byClient].map(([from, made]) => {
      this.level = Math.max(this.level, Math.min(this.#priority(server), this.#priority(from)));
      return worst(made.map((one) => sum([this.#costAt(one, server), nested])));
    });
    return { time: sum(each), behind: [...byClient.keys()] };
  }

  /** What a task that serves as well may do for others before its own work. */
  serving(): { readonly time: Bound; readonly behind: readonly string[] } {
    return this.#callsOfOthers(this.task, this.task);
  }

  #costAt(call: Call, server: string): Bound {
    return worst(call.servers.filter(({ subject }) => subject === server).map((edge) => this.calls.served(call, edge)));
  }

  #note(server: string, behind: readonly string[], count: number, time: Bound): void {
    const known = this.waits.get(server);
    const each = 'time' in time ? time.time : 0;
    this.waits.set(server, {
      server,
      behind,
      count: (known?.count ?? 0) + count,
      time: (known?.time ?? 0) + each * count,
    });
  }

  /** What all calls of a component wait for. */
  of(component: string): Delay {
    const known = this.#known.get(component);
    if (known) return known;
    const { source } = this.calls.components.get(component) ?? this.calls.graph;
    if (this.#active.has(component)) return { time: { unknown: [again(component, source)] }, count: 0 };
    if (this.#active.size > deepest) return { time: { unknown: [tooDeep(component, source)] }, count: 0 };
    this.#active.add(component);
    const delays = this.calls.of(component).map((call) => {
      const delay = this.#ofCall(call);
      return { time: times(delay.time, call.count), count: delay.count * call.count };
    });
    const all = {
      time: sum(delays.map(({ time }) => time)),
      count: delays.reduce((total, { count }) => total + count, 0),
    };
    this.#active.delete(component);
    this.#known.set(component, all);
    return all;
  }

  /** The longest that a server as urgent as the task works for somebody less urgent. */
  ceiling(): { readonly time: Bound; readonly server?: string; readonly from?: string } {
    let longest: { readonly time: Bound; readonly server?: string; readonly from?: string } = { time: { time: 0 } };
    for (const server of this.calls.components.keys()) {
      if (server === this.task || this.#priority(server) > this.priority) continue;
      for (const call of this.calls.to(server)) {
        if (call.from === this.task || this.#priority(call.from) <= this.priority) continue;
        const time = sum([this.#costAt(call, server), this.of(server).time]);
        if ('unknown' in time) return { time };
        if ('time' in longest.time && time.time > longest.time.time) longest = { time, server, from: call.from };
      }
    }
    return longest;
  }
}

/** A task that waits for nothing. */
export const unblocked = (priority: number): Blocking => {
  return { time: { time: 0 }, level: priority, suspends: false, waits: [] };
};

/** What less urgent work keeps a task waiting. */
export function blocking(calls: Calls, task: string): Blocking {
  const priority = calls.components.get(task)?.priority ?? 0;
  const search = new Search(calls, task, priority);
  const waiting = search.of(task);
  const serving = search.serving();
  const ceiling = search.ceiling();
  const time = sum([waiting.time, serving.time, times(ceiling.time, 1 + waiting.count)]);
  const held = 'time' in ceiling.time && ceiling.server !== undefined && ceiling.time.time > 0 ? [ceiling] : [];
  return {
    time,
    level: search.level,
    suspends: waiting.count > 0 || serving.behind.length > 0,
    waits: [
      ...search.waits.values(),
      ...(serving.behind.length === 0
        ? []
        : [{ server: task, behind: serving.behind, count: 1, time: 'time' in serving.time ? serving.time.time : 0 }]),
      ...held.map(({ server = '', from = '', time: each }) => ({
        server,
        behind: [from],
        count: 1 + waiting.count,
        time: 'time' in each ? each.time * (1 + waiting.count) : 0,
      })),
    ],
  };
}
