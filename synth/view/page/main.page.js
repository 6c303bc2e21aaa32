// What the user does, and what is shown of it.

/** @typedef {'base' | 'head' | 'diff'} Mode */
/** @typedef {{ mode: Mode, depth: number, focus?: string, target?: string }} State */

/** Constructs that are drawn at most; a map is drawn of more components than that. */
const most = 160;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const search = /** @type {HTMLInputElement} */ (byId('search'));
/** @type {State} */
let state = { mode: walks.diff ? 'diff' : 'head', depth: 2 };
/** Whether the next construct that is chosen is the end of a path. */
let asking = false;
/** @type {string[]} */
let matches = [];
let selected = 0;
let drawing = 0;

const walk = () => walks[state.mode] ?? walks.head;

/** @param {Walk} all */
function differing(all) {
  const edges = all.edges.filter(({ change }) => change !== 'same');
  const paths = new Set(edges.flatMap(({ subject, object }) => [subject, object]));
  for (const node of all.graph.nodes) if (node.change !== 'same') paths.add(node.path);
  return { paths, edges };
}

/**
 * What is to be drawn, and what is to be said of it.
 * @returns {{ paths: Set<string>, edges: PageEdge[], said: string, asMap?: boolean }}
 */
function visible() {
  const all = walk();
  const { focus, target, depth, mode } = state;
  const between = (/** @type {Set<string>} */ paths) =>
    all.edges.filter(({ subject, object }) => paths.has(subject) && paths.has(object));
  if (focus !== undefined && target !== undefined) {
    const steps = all.path(focus, target) ?? [];
    const edges = [...new Set(steps.flatMap((step) => step.edges))];
    const paths = new Set([focus, target, ...edges.flatMap(({ subject, object }) => [subject, object])]);
    return { paths, edges, said: steps.length === 0 ? 'there is no path' : '' };
  }
  if (focus !== undefined) {
    const { paths, whole } = all.around(focus, depth, most);
    const said = whole
      ? ''
      : `the ${paths.size} constructs nearest to ${shortName(focus)}; there are more within ${depth} steps`;
    return { paths, edges: between(paths), said };
  }
  if (mode === 'diff') {
    const { paths, edges } = differing(all);
    if (paths.size <= most)
      return {
        paths,
        edges,
        said: paths.size === 0 ? 'nothing differs' : 'only what differs; focus something to see what is around it',
      };
    const components = new Set([...paths].filter((path) => all.nodes.get(path)?.type === 'Component'));
    return { paths: components, edges: [], said: `${components.size} components that differ`, asMap: true };
  }
  const paths = new Set(all.graph.nodes.map(({ path }) => path));
  if (paths.size <= most) return { paths, edges: all.edges, said: '' };
  const components = new Set(all.graph.nodes.filter(({ type }) => type === 'Component').map(({ path }) => path));
  return {
    paths: components,
    edges: [],
    said: 'a map of all components; focus one to see what it is tied to',
    asMap: true,
  };
}

async function render() {
  const mine = ++drawing;
  const all = walk();
  const { paths, edges, said, asMap } = visible();
  const nodes = all.graph.nodes.filter(({ path }) => paths.has(path));
  const { focus, target } = state;
  const node = focus === undefined ? undefined : all.nodes.get(focus);
  byId('title').replaceChildren(
    all.graph.system,
    html('small', {}, ` ${all.graph.machine} · graph ${all.graph.digest}`),
  );
  for (const button of document.querySelectorAll('[data-mode]'))
    button.setAttribute('aria-checked', String(button.getAttribute('data-mode') === state.mode));
  for (const button of document.querySelectorAll('[data-depth]'))
    button.setAttribute('aria-checked', String(button.getAttribute('data-depth') === String(state.depth)));
  byId('details').replaceChildren(
    ...(focus !== undefined && target !== undefined
      ? describePath(focus, target, all.path(focus, target))
      : node
        ? describeNode(all, node)
        : describeSystem(all)),
  );
  listMatches();
  byId('status').textContent = 'placing…';
  const placed = asMap ? await map(nodes) : await layered(nodes, edges);
  // Something else has been asked for in the meantime.
  if (mine !== drawing) return;
  stage.draw(placed, focus);
  byId('status').textContent = said;
  document.body.dataset.shown = state.mode;
  byId('results').querySelector('.focus')?.scrollIntoView({ block: 'nearest' });
  document.body.dataset.drawn = `${state.mode} ${focus ?? ''} ${target ?? ''}`.trim();
}

/** @param {Partial<State>} change */
function go(change) {
  state = { ...state, ...change };
  if (state.focus === undefined) delete state.target;
  asking = false;
  history.pushState(state, '', `#${hashOf(state)}`);
  render();
}

/** @param {State} of */
function hashOf({ mode, depth, focus, target }) {
  return new URLSearchParams({
    ...(focus === undefined ? {} : { focus }),
    ...(target === undefined ? {} : { to: target }),
    steps: String(depth),
    show: mode,
  }).toString();
}

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const show = given.get('show') ?? '';
  const mode = show in walks ? /** @type {Mode} */ (show) : walks.diff ? 'diff' : 'head';
  const steps = Number(given.get('steps') ?? 2);
  /** @type {State} */
  const next = { mode, depth: steps >= 1 && steps <= 4 ? steps : 2 };
  const known = (/** @type {string} */ name) => {
    const path = given.get(name) ?? '';
    return walks[mode]?.nodes.has(path) ? path : undefined;
  };
  const [focus, target] = [known('focus'), known('to')];
  if (focus !== undefined) next.focus = focus;
  if (focus !== undefined && target !== undefined) next.target = target;
  state = next;
}

/**
 * Takes a construct: as the end of a path when that was asked for, else as the focus.
 * @param {string} path
 */
function choose(path) {
  if (asking && state.focus !== undefined && path !== state.focus) go({ target: path });
  else {
    delete state.target;
    go({ focus: path });
  }
}

function listMatches() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const nodes = walk().graph.nodes.filter((node) => {
    const text = `${node.path} ${sortOf(node)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  // Components first, and names that begin with what was typed before those that only have it in them.
  const rank = (/** @type {PageNode} */ node) =>
    (node.type === 'Component' ? 0 : 2) +
    (shortName(node.path)
      .toLowerCase()
      .startsWith(words[0] ?? '')
      ? 0
      : 1);
  const ranked = nodes.map((node) => ({ node, at: rank(node) })).sort((a, b) => a.at - b.at);
  matches = ranked.slice(0, 300).map(({ node }) => node.path);
  selected = Math.max(0, Math.min(selected, matches.length - 1));
  byId('results').replaceChildren(
    ...ranked.slice(0, 300).map(({ node }, index) =>
      html(
        'li',
        {
          role: 'option',
          id: `result-${index}`,
          'data-path': node.path,
          title: node.path,
          class: node.path === state.focus ? 'focus' : '',
          'aria-selected': String(index === selected && document.activeElement === search),
        },
        html('span', {}, shortName(node.path)),
        html('small', {}, sortOf(node)),
      ),
    ),
  );
  if (matches.length > 0) search.setAttribute('aria-activedescendant', `result-${selected}`);
  else search.removeAttribute('aria-activedescendant');
  byId('count').textContent =
    nodes.length > matches.length ? `${matches.length} of ${nodes.length}` : `${nodes.length} found`;
  byId('asking').hidden = !asking;
  byId('asking').textContent = asking
    ? `Where is the path from ${shortName(state.focus ?? '')} to end? Esc gives up.`
    : '';
}

function ask() {
  if (state.focus === undefined || walk().nodes.get(state.focus)?.type !== 'Component') return;
  asking = true;
  search.value = '';
  search.focus();
  listMatches();
}

function leave() {
  if (asking) {
    asking = false;
    listMatches();
  } else if (state.target !== undefined) {
    delete state.target;
    go({});
  } else if (state.focus !== undefined) overview();
}

function overview() {
  delete state.focus;
  delete state.target;
  go({});
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
}

/** @param {string} mode */
function show(mode) {
  if (!(mode in walks)) return;
  const there = walks[/** @type {Mode} */ (mode)]?.nodes;
  if (state.focus !== undefined && !there?.has(state.focus)) delete state.focus;
  if (state.target !== undefined && !there?.has(state.target)) delete state.target;
  go({ mode: /** @type {Mode} */ (mode) });
}

const help = /** @type {HTMLDialogElement} */ (byId('help'));
/** @type {Record<string, () => void>} */
const keys = {
  '/': () => search.select(),
  o: overview,
  Escape: leave,
  p: ask,
  f: () => stage.fit(),
  t: theme,
  b: () => show('base'),
  h: () => show('head'),
  d: () => show('diff'),
  '+': () => stage.zoom(1.25),
  '=': () => stage.zoom(1.25),
  '-': () => stage.zoom(0.8),
  '?': () => help.showModal(),
  ArrowLeft: () => stage.move(60, 0),
  ArrowRight: () => stage.move(-60, 0),
  ArrowUp: () => stage.move(0, 60),
  ArrowDown: () => stage.move(0, -60),
};
for (const depth of [1, 2, 3, 4]) keys[String(depth)] = () => go({ depth });

/** @param {KeyboardEvent} event */
function inSearch(event) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step !== 0) {
    event.preventDefault();
    selected += step;
    listMatches();
    byId(`result-${selected}`)?.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter') {
    const path = matches[selected];
    if (path === undefined) return;
    // So that the next key is one of the page again.
    search.blur();
    choose(path);
  } else if (event.key === 'Escape') {
    if (asking) leave();
    search.value = '';
    search.blur();
    listMatches();
  }
}

document.addEventListener('keydown', (event) => {
  if (help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target instanceof Element ? event.target : undefined;
  if (at === search) {
    inSearch(event);
    return;
  }
  const path = at?.getAttribute('data-path');
  if (path && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    choose(path);
    return;
  }
  const action = keys[event.key];
  if (!action || (at instanceof HTMLElement && at.closest('aside') && event.key.startsWith('Arrow'))) return;
  event.preventDefault();
  action();
});
search.addEventListener('input', () => {
  selected = 0;
  listMatches();
});
search.addEventListener('focus', listMatches);
document.addEventListener('click', (event) => {
  const at = event.target instanceof Element ? event.target : undefined;
  const to = at?.closest('[data-go]')?.getAttribute('data-go');
  const path = at?.closest('[data-path]')?.getAttribute('data-path');
  const action = at?.closest('[data-do]')?.getAttribute('data-do');
  const mode = at?.closest('[data-mode]')?.getAttribute('data-mode');
  const depth = at?.closest('[data-depth]')?.getAttribute('data-depth');
  if (to) {
    event.preventDefault();
    delete state.target;
    go({ focus: to });
  } else if (path && !stage.dragged) choose(path);
  else if (action === 'path') ask();
  else if (action === 'overview') overview();
  else if (action === 'leave') leave();
  else if (mode) show(mode);
  else if (depth) go({ depth: Number(depth) });
});
byId('overview').addEventListener('click', overview);
byId('fit').addEventListener('click', () => stage.fit());
byId('theme').addEventListener('click', theme);
byId('help-button').addEventListener('click', () => help.showModal());

// What is pointed at stands out with what it is tied to.
for (const type of ['pointerover', 'focusin'])
  stage.element.addEventListener(type, (event) => {
    const at = event.target instanceof Element ? event.target.closest('.node') : undefined;
    const path = at?.getAttribute('data-path');
    stage.light(
      path ? walk().around(path, state.focus === undefined ? 2 : 1, Number.POSITIVE_INFINITY).paths : undefined,
    );
  });
for (const type of ['pointerleave', 'focusout']) stage.element.addEventListener(type, () => stage.light(undefined));

byId('legend').append(
  ...[
    ['component', 'component'],
    ['object', 'object'],
    ['device', 'device'],
    ...(data.base
      ? [
          ['added', 'added'],
          ['removed', 'removed'],
          ['changed', 'changed'],
        ]
      : []),
  ].map(([name, text]) => {
    const colour = ['component', 'object', 'device'].includes(name ?? '');
    const style = colour ? `background:var(--${name});border-color:var(--${name}-line)` : `border-color:var(--${name})`;
    const mark = html('i', colour ? {} : { class: 'line' });
    mark.style.cssText = style;
    return html('span', { class: colour ? '' : 'difference' }, mark, text ?? '');
  }),
);
window.addEventListener('popstate', () => {
  readHash();
  render();
});
new ResizeObserver(() => stage.fit()).observe(stage.element);
readHash();
render();
