/** What an object needs two sides for, and which one nobody is on: no capability that anybody can pass on has it either. */
import type { Edge, Node } from '../../../constructs/graph/index.js';
import type { Context } from '../../check/context.js';
import { ends } from './callers.js';

/** One side of an object. */
export interface Side {
  /** What those on it do: `signals`. */
  readonly does: string;
  /** Who is on it: grants, and what else of the graph is. */
  readonly grants: readonly Edge[];
  readonly others: readonly Node[];
}

const isEmpty = ({ grants, others }: Side): boolean => grants.length + others.length === 0;

/** What refers to a path: the endpoints, interrupts and timers of a notification, and who an endpoint is told the faults of. */
interface References {
  readonly endpoints: ReadonlyMap<string, readonly Node[]>;
  readonly signals: ReadonlyMap<string, readonly Node[]>;
  readonly watched: ReadonlyMap<string, readonly Node[]>;
}

const known = new WeakMap<Context, References>();

function by<T extends Node>(nodes: readonly T[], path: (node: T) => string | undefined): Map<string, T[]> {
  const all = new Map<string, T[]>();
  for (const node of nodes) {
    const key = path(node);
    if (key === undefined) continue;
    const list = all.get(key);
    if (list) list.push(node);
    else all.set(key, [node]);
  }
  return all;
}

function referencesOf(context: Context): References {
  const found = known.get(context) ?? {
    endpoints: by(context.ofType('Endpoint'), ({ notification }) => notification),
    signals: by([...context.ofType('Interrupt'), ...context.ofType('Timer')], ({ notification }) => notification),
    watched: by(context.components, ({ supervisor }) => supervisor),
  };
  known.set(context, found);
  return found;
}

/** Servers of endpoints at which a notification is delivered. */
function delivered(context: Context, notification: string): Edge[] {
  const endpoints = referencesOf(context).endpoints.get(notification) ?? [];
  return endpoints.flatMap(({ path }) => ends(context, path).servers);
}

/** Whoever is woken by a notification. */
export function waiting(context: Context, notification: string): Edge[] {
  const held = context.holders(notification).filter(({ rights }) => rights.includes('wait'));
  return [...held, ...delivered(context, notification)];
}

/** The two sides of an endpoint, notification, interrupt or timer; undefined for anything that one alone can use. */
export function sidesOf(context: Context, node: Node): readonly [Side, Side] | undefined {
  const side = (does: string, grants: readonly Edge[], others: readonly Node[] = []): Side => ({
    does,
    grants,
    others,
  });
  if (node.type === 'Endpoint') {
    const { clients, servers } = ends(context, node.path);
    const watched = referencesOf(context).watched.get(node.path) ?? [];
    const notification = node.notification === undefined ? undefined : context.nodes.get(node.notification);
    return [side('calls', clients, [...watched, ...(notification ? [notification] : [])]), side('serves', servers)];
  }
  if (node.type === 'Notification') {
    const signals = context.holders(node.path).filter(({ rights }) => rights.includes('signal'));
    const others = referencesOf(context).signals.get(node.path) ?? [];
    return [side('signals', signals, others), side('waits for', waiting(context, node.path))];
  }
  if (node.type === 'Interrupt' || node.type === 'Timer') {
    const does = node.type === 'Timer' ? 'arms' : 'acknowledges';
    return [side(does, context.holders(node.path)), side('waits for', waiting(context, node.notification))];
  }
  return undefined;
}

/** The side of an object that nobody is on while somebody is on the other; undefined where both or none are there. */
export function missing(context: Context, node: Node): { readonly empty: Side; readonly there: Side } | undefined {
  const [first, second] = sidesOf(context, node) ?? [];
  if (!first || !second || isEmpty(first) === isEmpty(second)) return undefined;
  return isEmpty(first) ? { empty: first, there: second } : { empty: second, there: first };
}
