/**
 * The kernel’s rules for capabilities, step by step as kernel/src/endpoint.rs and capability.rs have them:
 * slow, and knowing nothing of how the analysis works.
 */
import { kinds } from '../../kernel/abi/index.js';

const { receive, send, call, delegate } = kinds.Endpoint.rights;
export const RECEIVE = 1 << receive.bit;
export const SEND = 1 << send.bit;
export const CALL = 1 << call.bit;
export const DELEGATE = 1 << delegate.bit;

export interface Held {
  readonly object: number;
  readonly rights: number;
}

type Waiting =
  | { readonly on: 'receive'; readonly endpoint: number }
  | { readonly on: 'reply'; readonly server: Thread };

/** A component: its table, and what the kernel keeps of its thread. */
export class Thread {
  readonly table: Held[] = [];
  /** Where its faults are told; -1 for nowhere. */
  readonly supervisor: number;
  mayDelegate = false;
  waiting: Waiting | undefined;
  readonly #known = new Set<number>();

  constructor(supervisor: number) {
    this.supervisor = supervisor;
  }

  /** Whether the table has just this. */
  has({ object, rights }: Held): boolean {
    return this.#known.has(object * 256 + rights);
  }

  put(held: Held): void {
    this.#known.add(held.object * 256 + held.rights);
    this.table.push(held);
  }
}

/** Refusals of the kernel. */
export type Refusal = 'MissingRight' | 'WrongKind' | 'BadReply' | 'WouldBlock';

export class KernelModel {
  readonly threads: readonly Thread[];
  /** Objects below this number are endpoints. */
  readonly endpoints: number;

  constructor(supervisors: readonly number[], endpoints: number) {
    this.threads = supervisors.map((supervisor) => new Thread(supervisor));
    this.endpoints = endpoints;
  }

  derive(me: Thread, parent: Held, rights: number, to: Thread = me): Refusal | undefined {
    if ((rights & ~parent.rights) !== 0) return 'MissingRight';
    to.put({ object: parent.object, rights });
    return undefined;
  }

  /** Waits for a message; polling leaves the thread running, but remembers the capability that was used. */
  receive(me: Thread, token: Held, poll: boolean): Refusal | undefined {
    const refused = this.#require(token, RECEIVE);
    if (refused) return refused;
    me.mayDelegate = (token.rights & DELEGATE) !== 0;
    if (poll) return 'WouldBlock';
    me.waiting = { on: 'receive', endpoint: token.object };
    return undefined;
  }

  send(me: Thread, token: Held, receiver: Thread, passed?: Held): Refusal | undefined {
    return this.#require(token, SEND) ?? this.#transmit(me, token, receiver, passed);
  }

  call(me: Thread, token: Held, server: Thread, passed?: Held): Refusal | undefined {
    const refused = this.#require(token, CALL) ?? this.#transmit(me, token, server, passed);
    if (!refused) me.waiting = { on: 'reply', server };
    return refused;
  }

  /** The thread faults; the message of that goes to its supervisor’s endpoint. */
  fault(me: Thread, handler: Thread): Refusal | undefined {
    if (handler.waiting?.on !== 'receive' || handler.waiting.endpoint !== me.supervisor) return 'WouldBlock';
    handler.waiting = undefined;
    me.waiting = { on: 'reply', server: handler };
    return undefined;
  }

  reply(me: Thread, caller: Thread, passed?: Held): Refusal | undefined {
    if (caller.waiting?.on !== 'reply' || caller.waiting.server !== me) return 'BadReply';
    if (passed) {
      if (!me.mayDelegate) return 'MissingRight';
      this.derive(me, passed, passed.rights, caller);
    }
    caller.waiting = undefined;
    return undefined;
  }

  #transmit(me: Thread, token: Held, receiver: Thread, passed: Held | undefined): Refusal | undefined {
    if (passed && (token.rights & DELEGATE) === 0) return 'MissingRight';
    if (receiver.waiting?.on !== 'receive' || receiver.waiting.endpoint !== token.object) return 'WouldBlock';
    receiver.waiting = undefined;
    if (passed) this.derive(me, passed, passed.rights, receiver);
    return undefined;
  }

  #require(token: Held, right: number): Refusal | undefined {
    if (token.object >= this.endpoints) return 'WrongKind';
    return (token.rights & right) === 0 ? 'MissingRight' : undefined;
  }
}

/**
 * Tries every call with every argument until no table gains anything. Nothing is ever taken away, so that
 * what is reached does not depend on the order.
 */
export function saturate(kernel: KernelModel): void {
  const size = (): number => kernel.threads.reduce((sum, { table }) => sum + table.length, 0);
  for (let before = -1; before !== size(); ) {
    before = size();
    for (const thread of kernel.threads) deriveAll(kernel, thread);
    for (const first of kernel.threads) {
      for (const second of kernel.threads) if (first !== second) exchange(kernel, first, second);
    }
  }
}

function deriveAll(kernel: KernelModel, me: Thread): void {
  for (const parent of me.table) {
    for (let bit = 0; bit < 8; bit++) {
      const rights = parent.rights & ~(1 << bit);
      if (!me.has({ object: parent.object, rights })) kernel.derive(me, parent, rights);
    }
  }
}

/** Every conversation of two threads: the server receives, the client speaks, the server may receive again and answers. */
function exchange(kernel: KernelModel, client: Thread, server: Thread): void {
  for (const listening of [...server.table]) {
    if (kernel.receive(server, listening, false)) continue;
    for (const token of [...client.table]) {
      for (const passed of [...client.table]) {
        if (server.has(passed)) continue;
        server.waiting = { on: 'receive', endpoint: listening.object };
        kernel.send(client, token, server, passed);
        server.waiting = { on: 'receive', endpoint: listening.object };
        if (!kernel.call(client, token, server, passed)) kernel.reply(server, client);
      }
      server.waiting = { on: 'receive', endpoint: listening.object };
      if (!kernel.call(client, token, server)) answers(kernel, client, server);
    }
    server.waiting = { on: 'receive', endpoint: listening.object };
    if (!kernel.fault(client, server)) answers(kernel, client, server);
    server.waiting = undefined;
    client.waiting = undefined;
  }
}

/** Every reply, with what the server remembers of the last receive and of every other one. */
function answers(kernel: KernelModel, client: Thread, server: Thread): void {
  for (const again of [undefined, ...server.table]) {
    if (again) kernel.receive(server, again, true);
    for (const passed of [...server.table]) {
      if (client.has(passed)) continue;
      client.waiting = { on: 'reply', server };
      kernel.reply(server, client, passed);
    }
  }
  client.waiting = undefined;
}
