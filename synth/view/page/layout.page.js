// Places what is to be drawn: elkjs does it, in a worker, so that the page stays awake.

const elk = new ELK({
  workerUrl: URL.createObjectURL(
    new Blob([/** @type {HTMLElement} */ (document.getElementById('elk-worker')).textContent ?? ''], {
      type: 'text/javascript',
    }),
  ),
});

/** Font size of a group's name, which is to be read from afar. */
const groupSize = 26;

/** What elk is given and gives back, by id. */
/** @typedef {{ root: ElkNode, edges: Map<string, PageEdge>, nodes: Map<string, PageNode> }} Placed */

/**
 * @param {PageNode} node
 * @returns {ElkNode}
 */
function elkNode(node) {
  const name = shortened(shortName(node.path), 40);
  const width = Math.max(widthOf(name, 12), widthOf(sortOf(node), 10)) + 24;
  return { id: node.path, width, height: 38 };
}

/**
 * Places nodes and edges in layers, from who acts to what is acted on: across or down, as fits the window better.
 * @param {PageNode[]} nodes
 * @param {PageEdge[]} edges
 * @returns {Promise<Placed>}
 */
async function layered(nodes, edges) {
  const across = await inDirection('RIGHT', nodes, edges);
  if (stage.scaleFor(across.root) >= 0.9) return across;
  const down = await inDirection('DOWN', nodes, edges);
  return stage.scaleFor(down.root) > stage.scaleFor(across.root) ? down : across;
}

/**
 * @param {'RIGHT' | 'DOWN'} direction
 * @param {PageNode[]} nodes
 * @param {PageEdge[]} edges
 * @returns {Promise<Placed>}
 */
async function inDirection(direction, nodes, edges) {
  const named = new Map(edges.map((edge, index) => [`e${index}`, edge]));
  const labels = edges.length <= 260;
  const root = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction,
      'elk.edgeRouting': edges.length <= 400 ? 'ORTHOGONAL' : 'POLYLINE',
      'elk.spacing.nodeNode': '18',
      'elk.spacing.edgeNode': '14',
      'elk.spacing.edgeLabel': '2',
      'elk.spacing.componentComponent': '40',
      'elk.layered.spacing.nodeNodeBetweenLayers': direction === 'RIGHT' ? '46' : '20',
      'elk.layered.spacing.edgeNodeBetweenLayers': direction === 'RIGHT' ? '16' : '10',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.thoroughness': edges.length > 200 ? '2' : '7',
      'elk.aspectRatio': '1.5',
    },
    children: nodes.map(elkNode),
    edges: [...named].map(([id, edge]) => {
      const [from, to] = flow(edge) === 'in' ? [edge.object, edge.subject] : [edge.subject, edge.object];
      const text = shortened(rightsText(edge), 30);
      const label = { text, width: widthOf(text, 10) + 6, height: 13 };
      return { id, sources: [from], targets: [to], ...(labels && text !== '' ? { labels: [label] } : {}) };
    }),
  });
  return { root, edges: named, nodes: new Map(nodes.map((node) => [node.path, node])) };
}

/**
 * Places components alone, packed by the part of the system that they belong to: for systems of which nobody
 * could follow the lines.
 * @param {PageNode[]} nodes
 * @returns {Promise<Placed>}
 */
async function map(nodes) {
  /** @type {Map<string, PageNode[]>} */
  const groups = new Map();
  for (const node of nodes) {
    const group = node.path.slice(0, node.path.lastIndexOf('/'));
    const list = groups.get(group);
    if (list) list.push(node);
    else groups.set(group, [node]);
  }
  const root = await elk.layout({
    id: 'root',
    layoutOptions: { 'elk.algorithm': 'rectpacking', 'elk.aspectRatio': '1.6', 'elk.spacing.nodeNode': '16' },
    children: [...groups].map(([path, inside]) => packed(path, inside)),
  });
  return { root, edges: new Map(), nodes: new Map(nodes.map((node) => [node.path, node])) };
}

/**
 * A group of equal boxes in rows and columns.
 * @param {string} path
 * @param {PageNode[]} nodes
 * @returns {ElkNode}
 */
function packed(path, nodes) {
  const names = nodes.map((node) => Math.min(widthOf(node.path.slice(path.length + 1), 12), 190));
  const [width, height, gap, top] = [Math.max(60, ...names) + 18, 24, 6, 44];
  const columns = Math.max(1, Math.round(Math.sqrt((nodes.length * 1.6 * (height + gap)) / (width + gap))));
  const rows = Math.ceil(nodes.length / columns);
  const children = nodes.map((node, index) => ({
    id: node.path,
    x: 10 + (index % columns) * (width + gap),
    y: top + Math.floor(index / columns) * (height + gap),
    width,
    height,
  }));
  return {
    id: `group:${path}`,
    width: Math.max(20 + Math.min(columns, nodes.length) * (width + gap) - gap, widthOf(path, groupSize) + 24),
    height: top + rows * (height + gap) + 4,
    layoutOptions: { 'elk.algorithm': 'fixed' },
    children,
  };
}
