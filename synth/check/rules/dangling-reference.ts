import type { Node, NodeType, Source } from '../../../constructs/graph/index.js';
import { type Rule, withArticle } from '../context.js';

interface Reference {
  readonly of: string;
  readonly source: Source;
  /** What refers, as the message names it. */
  readonly field: string;
  readonly to: string;
  readonly type?: NodeType;
}

function* references(node: Node): Iterable<Reference> {
  const { path: of, source } = node;
  if ('zone' in node) yield { of, source, field: 'zone', to: node.zone, type: 'MemoryZone' };
  if ('notification' in node && node.notification !== undefined) {
    yield { of, source, field: 'notification', to: node.notification, type: 'Notification' };
  }
  if (node.type === 'Component' && node.supervisor !== undefined) {
    yield { of, source, field: 'supervisor', to: node.supervisor, type: 'Endpoint' };
  }
}

const help = 'name something that is declared in this system';

export const danglingReference: Rule = {
  code: 'VRD0107',
  title: 'dangling reference',
  *check({ graph, nodes, programs, interfaces }) {
    const broken = ({ of, source, field, to, type }: Reference) => {
      const target = nodes.get(to);
      if (!target) return { message: `${field} of ${of} is ${to}, which does not exist`, path: of, source, help };
      if (type === undefined || target.type === type) return undefined;
      return {
        message: `${field} of ${of} is ${to}, ${withArticle(target.type)} and not ${withArticle(type)}`,
        path: of,
        source,
        help,
      };
    };
    for (const node of graph.nodes) {
      for (const reference of references(node)) {
        const report = broken(reference);
        if (report) yield report;
      }
      const { path, source } = node;
      if (node.type === 'Component' && !programs.has(node.program)) {
        yield { message: `program of ${path} is ${node.program}, which does not exist`, path, source, help };
      }
      if (node.type === 'Endpoint' && !interfaces.has(node.interface)) {
        yield { message: `interface of ${path} is ${node.interface}, which does not exist`, path, source, help };
      }
    }
    for (const { subject, need, object, source } of graph.edges) {
      const holder = broken({ of: `grant \`${need}\``, source, field: 'subject', to: subject, type: 'Component' });
      const held = broken({ of: `grant \`${need}\` of ${subject}`, source, field: 'object', to: object });
      if (holder) yield { ...holder, path: subject };
      if (held) yield { ...held, path: subject };
    }
  },
};
