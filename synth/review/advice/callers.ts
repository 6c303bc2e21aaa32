/** Who calls whom, as the grants say. */
import type { Edge, NodeOf, Source } from '../../../constructs/graph/index.js';
import { type Context, servedInterface } from '../../check/context.js';

/** A component that can call or send to another one. */
export interface Call {
  readonly from: NodeOf<'Component'>;
  readonly to: NodeOf<'Component'>;
  readonly endpoint: string;
  readonly rights: readonly string[];
  readonly source: Source;
}

const isClient = ({ kind, rights }: Edge): boolean =>
  servedInterface(kind) === undefined && rights.some((right) => right !== 'delegate');

/** Grants of the client end, and of the server end, of an endpoint. */
export function ends(context: Context, endpoint: string): { readonly clients: Edge[]; readonly servers: Edge[] } {
  const held = context.holders(endpoint);
  return {
    clients: held.filter(isClient),
    servers: held.filter(({ kind }) => servedInterface(kind) !== undefined),
  };
}

/** Every pair of a client and a server, in order of endpoint, client and server. */
export function* calls(context: Context): Iterable<Call> {
  const component = (path: string): NodeOf<'Component'> | undefined => {
    const node = context.nodes.get(path);
    return node?.type === 'Component' ? node : undefined;
  };
  for (const { path: endpoint } of context.ofType('Endpoint')) {
    const { clients, servers } = ends(context, endpoint);
    for (const { subject, rights, source } of clients) {
      const from = component(subject);
      for (const server of servers) {
        const to = component(server.subject);
        if (from && to) yield { from, to, endpoint, rights, source };
      }
    }
  }
}

/** Calls by something that they have in common, each group in the order of the calls. */
export function grouped<K>(all: Iterable<Call>, key: (call: Call) => K): Map<K, Call[]> {
  const groups = new Map<K, Call[]>();
  for (const call of all) {
    const group = groups.get(key(call));
    if (group) group.push(call);
    else groups.set(key(call), [call]);
  }
  return groups;
}
