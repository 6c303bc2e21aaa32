// How things are called and coloured.

const devices = new Set(['Interrupt', 'IoPorts', 'Mmio', 'Dma', 'Power']);

/** @param {PageNode} node */
function classOf(node) {
  const sort = node.type === 'Component' ? 'component' : devices.has(node.type) ? 'device' : 'object';
  return `node ${sort}${node.change === 'same' ? '' : ` ${node.change}`}`;
}

/** @param {string} path */
const shortName = (path) => path.slice(path.indexOf('/') + 1);

/** @param {PageNode} node */
const sortOf = (node) =>
  node.type === 'Component' ? (node.facts.find(([name]) => name === 'role')?.[1] ?? 'component') : node.type;

/**
 * The rights of a grant, in a difference with what is new and what is gone.
 * @param {PageEdge} edge
 */
function rightsText({ rights, was, kind, need }) {
  if (need === '') return kind;
  if (!was) return rights.join(', ');
  const kept = rights.filter((right) => was.includes(right));
  const added = rights.filter((right) => !was.includes(right)).map((right) => `+${right}`);
  const removed = was.filter((right) => !rights.includes(right)).map((right) => `−${right}`);
  return [...kept, ...added, ...removed].join(', ');
}

/**
 * Which way a grant lets something flow: from its holder, to its holder, or both.
 * @param {PageEdge} edge
 * @returns {'out' | 'in' | 'both'}
 */
function flow({ kind, rights, need }) {
  if (need === '') return 'out';
  if (kind.startsWith('Server<')) return 'in';
  const receives = rights.includes('read') || rights.includes('wait');
  const sends = rights.some((right) => !['read', 'wait'].includes(right));
  if (!['SharedRegion', 'Dma', 'Mmio', 'IoPorts', 'Notification'].includes(kind)) return 'out';
  return receives && sends ? 'both' : receives ? 'in' : 'out';
}

const measure = document.createElement('canvas').getContext('2d');
/**
 * Width of a text in pixels.
 * @param {string} text
 * @param {number} size of the font
 */
function widthOf(text, size) {
  if (!measure) return text.length * size * 0.6;
  measure.font = `${size}px system-ui, sans-serif`;
  return Math.ceil(measure.measureText(text).width);
}

/**
 * @param {string} text
 * @param {number} most
 */
const shortened = (text, most) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
