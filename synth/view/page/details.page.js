// What is said beside the picture.

/**
 * An element of HTML.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * A link to a construct; the page follows it by itself.
 * @param {string} path
 */
const link = (path) => html('a', { href: `#focus=${encodeURIComponent(path)}`, 'data-go': path }, shortName(path));

/**
 * A list under a heading, cut where nobody would read on.
 * @param {string} title
 * @param {Element[]} items
 */
function listed(title, items) {
  if (items.length === 0) return [];
  const most = 200;
  const more = items.length > most ? [html('li', {}, `and ${items.length - most} more`)] : [];
  return [html('h3', {}, `${title} (${items.length})`), html('ul', {}, ...items.slice(0, most), ...more)];
}

/**
 * @param {PageEdge} edge
 * @param {string} other
 */
function grantItem(edge, other) {
  const state = edge.change === 'same' ? '' : edge.change;
  const need = edge.need === '' ? '' : `${edge.need}: `;
  const words = edge.need === '' ? edge.kind : `${edge.kind} { ${rightsText(edge)} }`;
  return html(
    'li',
    { class: state },
    `${need}${words} `,
    link(other),
    html('small', {}, `${edge.source}${state === '' ? '' : ` · ${state}`}`),
  );
}

/**
 * Everything of one construct.
 * @param {Walk} walk
 * @param {PageNode} node
 */
function describeNode(walk, node) {
  const edges = walk.of(node.path);
  const holds = edges.filter(({ subject, need }) => subject === node.path && need !== '');
  const held = edges.filter(({ object, need }) => object === node.path && need !== '');
  const ties = edges.filter(({ need }) => need === '');
  const state = node.change === 'same' ? [] : [html('span', { class: node.change }, ` ${node.change}`)];
  return [
    html('h2', {}, node.path, ...state),
    html('span', { class: 'place' }, `${sortOf(node)} · ${node.source}`),
    ...(node.was === undefined ? [] : [html('p', { class: 'was' }, `was ${node.was}`)]),
    html('dl', {}, ...node.facts.flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, value)])),
    html(
      'div',
      { class: 'row' },
      ...(node.type === 'Component' ? [html('button', { type: 'button', 'data-do': 'path' }, 'Path to…  p')] : []),
      html('button', { type: 'button', 'data-do': 'overview' }, 'Overview  o'),
    ),
    ...listed(
      'Holds',
      holds.map((edge) => grantItem(edge, edge.object)),
    ),
    ...listed(
      'Held by',
      held.map((edge) => grantItem(edge, edge.subject)),
    ),
    ...listed(
      'Tied to',
      ties.map((edge) => grantItem(edge, edge.subject === node.path ? edge.object : edge.subject)),
    ),
  ];
}

/**
 * A path, step by step.
 * @param {string} from
 * @param {string} to
 * @param {Step[] | undefined} steps
 */
function describePath(from, to, steps) {
  const title = html('h2', {}, link(from), ' → ', link(to));
  const back = html(
    'div',
    { class: 'row' },
    html('button', { type: 'button', 'data-do': 'leave' }, 'Leave the path  Esc'),
  );
  if (!steps)
    return [
      title,
      html('p', {}, `${shortName(from)} cannot act on ${shortName(to)}, directly or through others.`),
      back,
    ];
  let at = from;
  const items = steps.map(({ edges, to: next }) => {
    const [first] = edges;
    const before = at;
    at = next;
    const object = first?.object === next || !first ? [] : [' through ', link(first.object)];
    const rights = first ? ` ─ ${rightsText(first)} → ` : ' → ';
    const places = [...new Set(edges.map(({ source }) => source))].join(', ');
    return html('li', {}, link(before), rights, link(next), ...object, html('small', {}, places));
  });
  return [
    title,
    html('span', { class: 'place' }, `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, a shortest way`),
    html('ol', {}, ...items),
    back,
  ];
}

/**
 * The system as a whole, and what is different in it.
 * @param {Walk} walk
 */
function describeSystem({ graph }) {
  const components = graph.nodes.filter(({ type }) => type === 'Component').length;
  const changed = graph.edges.filter(({ change }) => change !== 'same');
  const nodes = graph.nodes.filter(({ change }) => change !== 'same');
  return [
    html('h2', {}, graph.system),
    html('span', { class: 'place' }, `${graph.machine} · graph ${graph.digest}`),
    html(
      'dl',
      {},
      ...[html('dt', {}, 'components'), html('dd', {}, String(components))],
      ...[html('dt', {}, 'objects'), html('dd', {}, String(graph.nodes.length - components))],
      ...[html('dt', {}, 'grants'), html('dd', {}, String(graph.edges.filter(({ need }) => need !== '').length))],
    ),
    ...listed(
      'Constructs that differ',
      nodes.map((node) =>
        html(
          'li',
          { class: node.change },
          link(node.path),
          html('small', {}, `${sortOf(node)} · ${node.source} · ${node.change}`),
        ),
      ),
    ),
    ...listed(
      'Grants that differ',
      changed.map((edge) => {
        const item = grantItem(edge, edge.object);
        item.prepend(link(edge.subject), ' ');
        return item;
      }),
    ),
  ];
}
