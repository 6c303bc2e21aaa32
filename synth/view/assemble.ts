/** Puts the page together: a template, a style, scripts and data, in one file that loads nothing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import handlebars from 'handlebars';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { overlay } from './compare.js';
import { type ViewGraph, viewGraph } from './model.js';

const folder = join(import.meta.dirname, 'page');
/** In the order in which they build on each other. */
const scripts = ['graph', 'style', 'layout', 'draw', 'details', 'main'] as const;

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** JavaScript that can stand in a script element: in a string, `\/` is `/` and `\!` is `!`. */
const inScript = (text: string): string => text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

/** What is shown. */
export interface Shown {
  /** The system, or what is to become of it. */
  readonly head: SystemGraph;
  /** What it is compared with. */
  readonly base?: SystemGraph;
  /** How base and head are called. */
  readonly names?: { readonly base: string; readonly head: string };
}

/** The base for the difference, with what its constructs were called. */
function overlaid(base: SystemGraph, head: SystemGraph): Pick<ViewGraph, 'nodes' | 'edges'> {
  const { graph, was } = overlay(base, head);
  const { nodes, edges } = viewGraph(graph);
  const named = nodes.map((node) => {
    const before = was.get(node.path);
    return before === undefined ? node : { ...node, was: before };
  });
  return { nodes: named, edges };
}

/** The page of a system: the same graphs, the same bytes. */
export function viewPage({ head, base, names }: Shown): string {
  const elk = dirname(createRequire(import.meta.url).resolve('elkjs/lib/main.js'));
  const data = {
    head: viewGraph(head),
    ...(base === undefined ? {} : { base: viewGraph(base), overlay: overlaid(base, head) }),
    names: names ?? { base: 'base', head: 'head' },
  };
  const page = handlebars.compile(read('page.html.hbs'), { noEscape: false });
  return page({
    system: head.system,
    compared: base !== undefined,
    names: data.names,
    style: read('page.css'),
    // Within a JSON string, and nowhere else can there be one, \u003c is <.
    data: JSON.stringify(data).replaceAll('<', '\\u003c'),
    elk: inScript(readFileSync(join(elk, 'elk-api.js'), 'utf8')),
    worker: inScript(readFileSync(join(elk, 'elk-worker.min.js'), 'utf8')),
    script: inScript(scripts.map((name) => read(`${name}.page.js`)).join('\n')),
  });
}
