// Draws what is placed, and moves it about.

/**
 * An element of SVG.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(Element | string)[]} children
 */
function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * The tip of an arrow at a point, away from another one.
 * @param {ElkPoint} tip
 * @param {ElkPoint} from
 */
function arrow(tip, from) {
  const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const [x, y] = [(tip.x - from.x) / length, (tip.y - from.y) / length];
  const point = (/** @type {number} */ back, /** @type {number} */ side) =>
    `${tip.x - x * back - y * side},${tip.y - y * back + x * side}`;
  return svg('polygon', { points: [point(0, 0), point(7, 3.2), point(7, -3.2)].join(' ') });
}

/**
 * @param {ElkEdge} placed
 * @param {PageEdge} edge
 */
function drawEdge(placed, edge) {
  const group = svg('g', {
    class: `edge${edge.need === '' ? ' tie' : ''}${edge.change === 'same' ? '' : ` ${edge.change}`}`,
    'data-ends': `${edge.subject} ${edge.object}`,
  });
  group.append(
    svg(
      'title',
      {},
      `${edge.subject} ─ ${rightsText(edge)} → ${edge.object}\n${edge.kind} ${edge.need}\n${edge.source}`,
    ),
  );
  for (const { startPoint, bendPoints = [], endPoint } of placed.sections ?? []) {
    const points = [startPoint, ...bendPoints, endPoint];
    group.append(svg('path', { d: points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('') }));
    group.append(arrow(endPoint, points[points.length - 2] ?? startPoint));
    if (flow(edge) === 'both') group.append(arrow(startPoint, points[1] ?? endPoint));
  }
  for (const { text, x = 0, y = 0, height } of placed.labels ?? [])
    group.append(svg('text', { class: 'label', x: x + 3, y: y + height - 3 }, text));
  return group;
}

/**
 * @param {ElkNode} placed
 * @param {PageNode} node
 * @param {boolean} small
 */
function drawNode(placed, node, small) {
  const { width = 0, height = 0, x = 0, y = 0 } = placed;
  const name = small ? node.path.slice(node.path.lastIndexOf('/') + 1) : shortName(node.path);
  const rounded = node.type === 'Component' ? 5 : Math.min(height / 2, 16);
  const state = node.change === 'same' ? '' : `, ${node.change}`;
  const group = svg('g', {
    class: classOf(node),
    transform: `translate(${x} ${y})`,
    tabindex: 0,
    role: 'button',
    'data-path': node.path,
    'aria-label': `${node.path}, ${sortOf(node)}${state}`,
  });
  group.append(svg('title', {}, `${node.path}\n${sortOf(node)}${state}\n${node.source}`));
  group.append(svg('rect', { width, height, rx: small ? 4 : rounded }));
  const middle = { x: width / 2, 'text-anchor': 'middle' };
  group.append(svg('text', { ...middle, y: small ? height / 2 + 4 : 17 }, shortened(name, small ? 30 : 40)));
  if (!small) group.append(svg('text', { ...middle, y: 30, class: 'kind' }, sortOf(node)));
  return group;
}

/** The smallest scale at which names can be read. */
const legible = 0.7;

/** The drawing surface: what is drawn, and from where it is seen. */
class Stage {
  constructor() {
    this.element = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById('graph')));
    this.layer = svg('g');
    this.element.append(this.layer);
    this.size = { width: 1, height: 1 };
    this.view = { x: 0, y: 0, scale: 1 };
    /** @type {{ x: number, y: number, moved: boolean } | undefined} */
    this.drag = undefined;
    this.listen();
  }

  /**
   * @param {Placed} placed
   * @param {string | undefined} focus
   */
  draw({ root, edges, nodes }, focus) {
    const small = edges.size === 0 && nodes.size > 1;
    /** @type {Element[]} */
    const parts = (root.edges ?? []).flatMap((edge) => {
      const drawn = edges.get(edge.id);
      return drawn ? [drawEdge(edge, drawn)] : [];
    });
    for (const child of root.children ?? []) {
      const node = nodes.get(child.id);
      if (node) {
        parts.push(drawNode(child, node, false));
        continue;
      }
      const { x = 0, y = 0, width = 0, height = 0 } = child;
      const group = svg('g', { class: 'group', transform: `translate(${x} ${y})` });
      group.append(svg('rect', { width, height, rx: 8 }));
      group.append(svg('text', { x: 10, y: 32, class: 'group-name' }, child.id.slice('group:'.length)));
      for (const inner of child.children ?? []) {
        const inside = nodes.get(inner.id);
        if (inside) group.append(drawNode(inner, inside, small));
      }
      parts.push(group);
    }
    this.layer.replaceChildren(...parts);
    for (const part of this.layer.querySelectorAll('.node'))
      part.classList.toggle('focus', part.getAttribute('data-path') === focus);
    this.size = { width: root.width ?? 1, height: root.height ?? 1 };
    this.fit();
    const centre = root.children?.find(({ id }) => id === focus);
    if (centre && this.view.scale < legible) this.centre(centre);
  }

  /**
   * Draws so large that it can be read, with one construct in the middle.
   * @param {ElkNode} node
   */
  centre({ x = 0, y = 0, width = 0, height = 0 }) {
    const { clientWidth, clientHeight } = this.element;
    // Not beyond the ends of what is drawn, where there is nothing to see.
    const along = (/** @type {number} */ room, /** @type {number} */ at, /** @type {number} */ size) => {
      const spare = room - size * legible;
      const [least, greatest] = spare > 0 ? [spare / 2, spare / 2] : [spare - 60, 60];
      return Math.max(least, Math.min(greatest, room / 2 - at * legible));
    };
    this.view = {
      scale: legible,
      x: along(clientWidth, x + width / 2, this.size.width),
      y: along(clientHeight, y + height / 2, this.size.height),
    };
    this.apply();
  }

  /**
   * How large something can be drawn so that all of it is seen.
   * @param {{ width?: number | undefined, height?: number | undefined }} size
   */
  scaleFor({ width = 1, height = 1 }) {
    const { clientWidth, clientHeight } = this.element;
    return Math.max(0.05, Math.min(1.4, (clientWidth - 40) / width, (clientHeight - 90) / height));
  }

  /** Shows all of it. */
  fit() {
    const { clientWidth, clientHeight } = this.element;
    const { width, height } = this.size;
    const scale = this.scaleFor(this.size);
    this.view = { scale, x: (clientWidth - width * scale) / 2, y: (clientHeight - height * scale) / 2 };
    this.apply();
  }

  apply() {
    const { x, y, scale } = this.view;
    this.layer.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  move(x, y) {
    this.view.x += x;
    this.view.y += y;
    this.apply();
  }

  /**
   * Nearer or farther, around a point of the window.
   * @param {number} factor
   * @param {ElkPoint} at
   */
  zoom(factor, at = { x: this.element.clientWidth / 2, y: this.element.clientHeight / 2 }) {
    const scale = Math.max(0.05, Math.min(4, this.view.scale * factor));
    const change = scale / this.view.scale;
    this.view = { scale, x: at.x - (at.x - this.view.x) * change, y: at.y - (at.y - this.view.y) * change };
    this.apply();
  }

  listen() {
    const { element } = this;
    element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 500), { x: event.offsetX, y: event.offsetY });
      },
      { passive: false },
    );
    element.addEventListener('pointerdown', (event) => {
      if (event.button === 0) this.drag = { x: event.clientX, y: event.clientY, moved: false };
    });
    window.addEventListener('pointermove', (event) => {
      const { drag } = this;
      if (!drag) return;
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(x, y) < 4) return;
      this.move(x, y);
      this.drag = { x: event.clientX, y: event.clientY, moved: true };
    });
    // The click that ends a drag chooses nothing.
    window.addEventListener('pointerup', () => {
      this.dragged = this.drag?.moved === true;
      this.drag = undefined;
    });
  }

  /**
   * Lets only what is tied to a component stand out.
   * @param {Set<string> | undefined} paths
   */
  light(paths) {
    for (const part of this.layer.querySelectorAll('.node')) {
      const path = part.getAttribute('data-path') ?? '';
      part.classList.toggle('dim', paths !== undefined && !paths.has(path));
    }
    for (const part of this.layer.querySelectorAll('.edge')) {
      const ends = (part.getAttribute('data-ends') ?? '').split(' ');
      part.classList.toggle('dim', paths !== undefined && !ends.every((end) => paths.has(end)));
    }
  }
}

const stage = new Stage();
