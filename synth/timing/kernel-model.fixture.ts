/**
 * A slow simulation of the kernel’s scheduling and calls in steps of one unit: endpoints serve first in, first out,
 * and a server runs at its client’s priority from the moment that it takes the call.
 */
import type { Edge, Node, SystemGraph, Timing } from '../../constructs/graph/index.js';

/** A server: its own priority, the time of one call, and the servers that it calls in the middle of it. */
export interface ServerModel {
  readonly priority: number;
  readonly work: number;
  readonly calls: readonly number[];
  /** Periodic work of its own, done between calls. */
  readonly own?: { readonly period: number; readonly work: number } | undefined;
}

/** A periodic task, and the servers that it calls one after the other, with its own work around the calls. */
export interface TaskModel {
  readonly priority: number;
  readonly period: number;
  readonly work: number;
  readonly calls: readonly number[];
}

export interface Model {
  readonly tasks: readonly TaskModel[];
  readonly servers: readonly ServerModel[];
  /** Servers that something without a deadline calls again and again, at the least urgent priority. */
  readonly background: readonly number[];
}

export const leastUrgent = 199;

interface Thread {
  readonly priority: number;
  /** What is still to be done: units of work, or the number of a server to call. */
  todo: (number | { readonly call: number })[];
  client: Thread | undefined;
  waits: boolean;
}

/** Work with calls spread over it. */
function steps(work: number, calls: readonly number[]): Thread['todo'] {
  const piece = Math.floor(work / (calls.length + 1));
  return [...calls.flatMap((call) => [piece, { call }]), work - piece * calls.length];
}

/** The longest time from start to end of each task’s jobs, and then of each server’s own. `chance` gives numbers from 0 to 1. */
export function longestResponses(
  { tasks, servers, background }: Model,
  length: number,
  chance: () => number,
): number[] {
  const thread = (priority: number): Thread => ({ priority, todo: [], client: undefined, waits: false });
  const serving = servers.map(({ priority }) => thread(priority));
  const queues = servers.map((): Thread[] => []);
  const running = tasks.map(({ priority }) => thread(priority));
  const idle = thread(leastUrgent);
  const threads = [...running, ...serving, idle];
  const next = tasks.map(({ period }) => Math.floor(chance() * period));
  const started = tasks.map(() => -1);
  const longest = [...tasks, ...servers].map(() => 0);
  const nextOwn = servers.map(({ own }) => (own ? Math.floor(chance() * own.period) : Number.POSITIVE_INFINITY));
  const pending = servers.map((): number[] => []);
  const atOwn = servers.map(() => -1);
  const some = (work: number): number => (chance() < 0.7 ? work : Math.ceil(chance() * work));

  const effective = (one: Thread): number =>
    one.client === undefined ? one.priority : Math.min(one.priority, effective(one.client));

  /** Everything that takes no time: jobs that end and start, calls, answers. */
  const settle = (now: number): void => {
    for (let changed = true; changed; ) {
      changed = false;
      for (const server of serving) {
        if (server.client === undefined || server.waits || server.todo.length > 0) continue;
        server.client.waits = false;
        server.client = undefined;
        changed = true;
      }
      for (const [index, { own }] of servers.entries()) {
        const server = serving[index];
        if (!server || !own) continue;
        if ((nextOwn[index] ?? 0) <= now) {
          pending[index]?.push(nextOwn[index] ?? 0);
          nextOwn[index] =
            (nextOwn[index] ?? 0) + own.period + (chance() < 0.6 ? 0 : Math.floor(chance() * own.period));
          changed = true;
        }
        const since = atOwn[index] ?? -1;
        if (since >= 0 && server.todo.length === 0 && !server.waits) {
          longest[tasks.length + index] = Math.max(longest[tasks.length + index] ?? 0, now - since);
          atOwn[index] = -1;
          changed = true;
        }
        if ((atOwn[index] ?? -1) >= 0 || server.client !== undefined) continue;
        // A message that waits may be taken before it.
        if ((queues[index]?.length ?? 0) > 0 && chance() < 0.5) continue;
        const start = pending[index]?.shift();
        if (start === undefined) continue;
        atOwn[index] = start;
        server.todo = steps(some(own.work), servers[index]?.calls ?? []);
        changed = true;
      }
      for (const [index, { work, calls }] of servers.entries()) {
        const server = serving[index];
        if ((atOwn[index] ?? -1) >= 0) continue;
        const client = server?.client === undefined ? queues[index]?.shift() : undefined;
        if (!server || !client) continue;
        server.client = client;
        server.todo = steps(some(work), calls);
        changed = true;
      }
      for (const [index, task] of running.entries()) {
        const since = started[index] ?? -1;
        if (since >= 0 && task.todo.length === 0 && !task.waits) {
          longest[index] = Math.max(longest[index] ?? 0, now - since);
          started[index] = -1;
          changed = true;
        }
        const model = tasks[index];
        if (!model || since >= 0 || (next[index] ?? 0) > now) continue;
        started[index] = next[index] ?? 0;
        next[index] = (next[index] ?? 0) + model.period + (chance() < 0.6 ? 0 : Math.floor(chance() * model.period));
        task.todo = steps(some(model.work), model.calls);
        changed = true;
      }
      if (idle.todo.length === 0 && !idle.waits && background.length > 0) {
        idle.todo = [1, { call: background[Math.floor(chance() * background.length)] ?? 0 }];
      }
      const [first] = threads
        .filter(({ waits, todo }) => !waits && todo.length > 0)
        .sort((a, b) => effective(a) - effective(b));
      const [todo] = first?.todo ?? [];
      if (first && todo === 0) {
        first.todo.shift();
        changed = true;
      } else if (first && typeof todo === 'object') {
        first.todo.shift();
        first.waits = true;
        queues[todo.call]?.push(first);
        changed = true;
      }
    }
  };

  for (let now = 0; now < length; now++) {
    settle(now);
    const [first] = threads
      .filter(({ waits, todo }) => !waits && todo.length > 0)
      .sort((a, b) => effective(a) - effective(b));
    const [todo] = first?.todo ?? [];
    if (!first || typeof todo !== 'number') continue;
    if (todo > 1) first.todo[0] = todo - 1;
    else first.todo.shift();
  }
  for (const [index, since] of started.entries()) {
    if (since >= 0) longest[index] = Math.max(longest[index] ?? 0, length - since);
  }
  return longest;
}

/** The same system as a graph. */
export function graphOf({ tasks, servers, background }: Model): SystemGraph {
  const source = { file: 'main.ts', line: 1 };
  const component = (name: string, priority: number): Node => {
    const kind = priority < 100 ? 'realtime' : priority < 140 ? 'interactive' : 'batch';
    const path = `shop/${name}`;
    return {
      type: 'Component',
      path,
      source,
      role: 'component',
      program: name,
      class: kind,
      priority,
      stack: 4096,
      zone: 'shop/normal',
    };
  };
  const client = (name: string, calls: readonly number[]): Edge[] =>
    [...new Set(calls)].map((server) => {
      return {
        subject: `shop/${name}`,
        need: `s${server}`,
        object: `shop/e${server}`,
        kind: 'Work',
        rights: ['work'],
        source,
      };
    });
  const counts = (calls: readonly number[]): Timing['calls'] =>
    [...new Set(calls)].map((server) => ({ need: `s${server}`, count: calls.filter((one) => one === server).length }));
  return {
    schema: 'veridian.graph/1',
    system: 'shop',
    source,
    machine: { name: 'q35', arch: 'x86_64', memory: 1 << 26, cores: 1, source },
    interfaces: [],
    programs: [],
    nodes: [
      ...tasks.map(({ priority }, index) => component(`t${index}`, priority)),
      ...servers.flatMap(({ priority }, index): Node[] => [
        component(`server${index}`, priority),
        { type: 'Endpoint', path: `shop/e${index}`, source, interface: 'Work' },
      ]),
      component('background', leastUrgent),
    ],
    edges: [
      ...tasks.flatMap(({ calls }, index) => client(`t${index}`, calls)),
      ...servers.flatMap(({ calls }, index): Edge[] => [
        ...client(`server${index}`, calls),
        {
          subject: `shop/server${index}`,
          need: 'requests',
          object: `shop/e${index}`,
          kind: 'Server<Work>',
          rights: ['work'],
          source,
        },
      ]),
      ...client('background', background),
    ],
    timings: [
      ...tasks.map(({ period, work, calls }, index): Timing => {
        const task = { period, worstCase: work, deadline: period };
        return { component: `shop/t${index}`, source, task, serves: [], calls: counts(calls) };
      }),
      ...servers.map(({ work, calls, own }, index): Timing => {
        const serves = [{ need: 'requests', right: 'work', worstCase: work }];
        const task = own && { period: own.period, worstCase: own.work, deadline: own.period };
        return { component: `shop/server${index}`, source, ...(task && { task }), serves, calls: counts(calls) };
      }),
    ],
  };
}
