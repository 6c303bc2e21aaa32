/** Traced messages in the Trace Event Format that Chrome's `about:tracing` and Perfetto show. */
import type { TracedMessage } from './story.js';

/** One event of that format; times in microseconds. */
export interface ChromeEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X' | 'M' | 's' | 'f' | 'i';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: string;
  readonly bp?: 'e';
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

const PROCESS = 1;
const micro = (nanoseconds: number): number => nanoseconds / 1000;

/** Every message as events: the system is a process, each component a thread with its calls and what it serves. */
export class ChromeTrace {
  readonly #events: ChromeEvent[] = [];
  readonly #threads = new Map<string, number>();
  readonly #system: string;
  readonly #open = new Map<string, TracedMessage>();
  #arrows = 0;

  constructor(system: string) {
    this.#system = system;
  }

  #thread(component: string): number {
    const known = this.#threads.get(component);
    if (known !== undefined) return known;
    const tid = this.#threads.size + 1;
    this.#threads.set(component, tid);
    return tid;
  }

  #slice(component: string, name: string, from: number, to: number, args: ChromeEvent['args']): void {
    const place = { pid: PROCESS, tid: this.#thread(component), ts: micro(from) };
    this.#events.push({ name, cat: 'ipc', ph: 'X', ...place, dur: micro(to - from), ...(args ? { args } : {}) });
  }

  /** An arrow from a moment of one component to a moment of another. */
  #arrow(name: string, from: string, at: number, to: string, then: number): void {
    this.#arrows += 1;
    const common = { name, cat: 'ipc', pid: PROCESS, id: String(this.#arrows) };
    this.#events.push({ ...common, ph: 's', tid: this.#thread(from), ts: micro(at) });
    this.#events.push({ ...common, ph: 'f', bp: 'e', tid: this.#thread(to), ts: micro(then) });
  }

  add(message: TracedMessage): void {
    const { kind, from, to, time, sent, token, fields, failure, received } = message;
    const name = `${message.endpoint ? `${message.endpoint}.` : ''}${message.method}`;
    if (kind === 'send') {
      const place = { name, cat: 'ipc', ph: 'i', pid: PROCESS, s: 't' } as const;
      this.#events.push({ ...place, tid: this.#thread(from), ts: micro(sent), args: fields });
      this.#events.push({ ...place, tid: this.#thread(to), ts: micro(time), args: fields });
      this.#arrow(name, from, sent, to, time);
      return;
    }
    if (kind !== 'reply') {
      // One that was never answered stays as it is: its caller makes another call only once it is over.
      this.#close(from, sent);
      this.#open.set(from, message);
      return;
    }
    const call = this.#open.get(to);
    this.#open.delete(to);
    const asked = call?.token === token ? call.fields : {};
    const result = failure === undefined ? fields : { failure };
    this.#slice(to, name, sent, time, { to: from, request: asked, reply: result });
    this.#slice(from, name, received ?? sent, time, { from: to, request: asked, reply: result });
    this.#arrow(name, to, sent, from, received ?? sent);
  }

  /** Ends a component's call that was never answered, if it has one. */
  #close(component: string, time: number): void {
    const call = this.#open.get(component);
    if (!call) return;
    this.#open.delete(component);
    const name = `${call.endpoint ? `${call.endpoint}.` : ''}${call.method}`;
    const end = Math.max(time, call.time);
    this.#slice(component, name, call.sent, end, { to: call.to, request: call.fields, reply: 'none' });
  }

  /** All of it; `end` is when the trace ended, in nanoseconds since boot. */
  finish(end: number): { readonly traceEvents: readonly ChromeEvent[]; readonly displayTimeUnit: 'ns' } {
    for (const component of [...this.#open.keys()]) this.#close(component, end);
    const meta = { cat: '__metadata', ph: 'M', pid: PROCESS, ts: 0 } as const;
    const names: ChromeEvent[] = [{ ...meta, name: 'process_name', tid: 0, args: { name: this.#system } }];
    for (const [name, tid] of this.#threads) names.push({ ...meta, name: 'thread_name', tid, args: { name } });
    const events = [...this.#events].sort((a, b) => a.ts - b.ts);
    return { traceEvents: [...names, ...events], displayTimeUnit: 'ns' };
  }
}
