// The graph that is shown, and what can be asked of it.

/**
 * `overlay` is the base with the names that the same things have in the head.
 * @type {{ head: PageGraph, base?: PageGraph, overlay?: PageGraph, names: { base: string, head: string } }}
 */
const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('data')).textContent ?? '');

/**
 * Base and head in one, each thing with what became of it.
 * @param {PageGraph} base
 * @param {PageGraph} head
 * @returns {PageGraph}
 */
function difference(base, head) {
  /** @type {(edge: PageEdge) => string} */
  const key = ({ subject, object, need, kind }) => [subject, object, need, kind].join('\n');
  const nodes = new Map(base.nodes.map((node) => [node.path, { ...node, change: /** @type {Change} */ ('removed') }]));
  for (const node of head.nodes) {
    const before = nodes.get(node.path);
    const same = before && JSON.stringify([before.type, before.facts]) === JSON.stringify([node.type, node.facts]);
    const was = before?.was === undefined ? {} : { was: before.was };
    nodes.set(node.path, { ...node, ...was, change: before ? (same ? 'same' : 'changed') : 'added' });
  }
  /** @type {Map<string, PageEdge>} */
  const edges = new Map(base.edges.map((edge) => [key(edge), { ...edge, change: 'removed' }]));
  for (const edge of head.edges) {
    const before = edges.get(key(edge));
    if (!before) edges.set(key(edge), { ...edge, change: 'added' });
    else if (before.rights.join() === edge.rights.join()) edges.set(key(edge), { ...edge, change: 'same' });
    else edges.set(key(edge), { ...edge, was: before.rights, change: 'changed' });
  }
  const order = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : a > b ? 1 : 0);
  return {
    ...head,
    nodes: [...nodes.values()].sort((a, b) => order(a.path, b.path)),
    edges: [...edges].sort(([a], [b]) => order(a, b)).map(([, edge]) => edge),
  };
}

/** A graph with what is needed to walk in it. */
class Walk {
  /** @param {PageGraph} graph */
  constructor(graph) {
    this.graph = graph;
    /** @type {Map<string, PageNode>} */
    this.nodes = new Map(graph.nodes.map((node) => [node.path, node]));
    /** @type {Map<string, PageEdge[]>} */
    this.touching = new Map(graph.nodes.map((node) => [node.path, []]));
    this.edges = graph.edges.filter(({ subject, object }) => this.nodes.has(subject) && this.nodes.has(object));
    for (const edge of this.edges) {
      this.touching.get(edge.subject)?.push(edge);
      if (edge.object !== edge.subject) this.touching.get(edge.object)?.push(edge);
    }
  }

  /** @param {string} path */
  of(path) {
    return this.touching.get(path) ?? [];
  }

  /**
   * What is within some steps of a construct, nearest first.
   * @param {string} start
   * @param {number} steps
   * @param {number} most how many are wanted at most
   */
  around(start, steps, most) {
    /** @type {Map<string, number>} */
    const found = new Map([[start, 0]]);
    let left = 0;
    for (const [path, distance] of found) {
      if (distance === steps) continue;
      for (const { subject, object } of this.of(path)) {
        const other = subject === path ? object : subject;
        if (found.has(other)) continue;
        if (found.size < most) found.set(other, distance + 1);
        else left += 1;
      }
    }
    return { paths: new Set(found.keys()), whole: left === 0 };
  }

  /**
   * The steps that a component's grant allows: to the object, and through it to who is at its other end.
   * @param {string} component
   * @returns {Step[]}
   */
  steps(component) {
    return this.of(component)
      .filter(({ subject, change }) => subject === component && change !== 'removed')
      .flatMap((edge) => [{ edges: [edge], to: edge.object }, ...this.through(edge)]);
  }

  /**
   * @param {PageEdge} edge
   * @returns {Step[]}
   */
  through(edge) {
    const type = this.nodes.get(edge.object)?.type;
    const others = this.of(edge.object).filter(
      ({ object, subject, change }) => object === edge.object && subject !== edge.subject && change !== 'removed',
    );
    /** @type {(accepted: (other: PageEdge) => boolean) => Step[]} */
    const to = (accepted) => others.filter(accepted).map((other) => ({ edges: [edge, other], to: other.subject }));
    if (type === 'Endpoint' && !edge.kind.startsWith('Server<')) return to(({ kind }) => kind.startsWith('Server<'));
    if ((type === 'SharedRegion' || type === 'Dma') && edge.rights.includes('write'))
      return to(({ rights }) => rights.includes('read'));
    if (type !== 'Notification' || !edge.rights.includes('signal')) return [];
    const bound = this.of(edge.object).filter(({ kind, subject }) => kind === 'delivered' && subject === edge.object);
    const receivers = bound.flatMap((tie) =>
      this.of(tie.object)
        .filter(({ object, kind }) => object === tie.object && kind.startsWith('Server<'))
        .map((server) => ({ edges: [edge, tie, server], to: server.subject })),
    );
    return [...to(({ rights }) => rights.includes('wait')), ...receivers];
  }

  /**
   * A shortest way on which one construct can act on another, or nothing.
   * @param {string} from
   * @param {string} target
   * @returns {Step[] | undefined}
   */
  path(from, target) {
    /** @type {Map<string, { before: string, step: Step } | undefined>} */
    const reached = new Map([[from, undefined]]);
    for (const [at] of reached) {
      if (at === target) break;
      for (const step of this.steps(at)) if (!reached.has(step.to)) reached.set(step.to, { before: at, step });
    }
    if (!reached.has(target) || from === target) return undefined;
    /** @type {Step[]} */
    const steps = [];
    for (let last = reached.get(target); last; last = reached.get(last.before)) steps.unshift(last.step);
    return steps;
  }
}

const walks = {
  head: new Walk({
    ...data.head,
    nodes: data.head.nodes.map((node) => ({ ...node, change: 'same' })),
    edges: data.head.edges.map((edge) => ({ ...edge, change: 'same' })),
  }),
  ...(data.base
    ? {
        base: new Walk({
          ...data.base,
          nodes: data.base.nodes.map((node) => ({ ...node, change: 'same' })),
          edges: data.base.edges.map((edge) => ({ ...edge, change: 'same' })),
        }),
        diff: new Walk(difference(data.overlay ?? data.base, data.head)),
      }
    : {}),
};
