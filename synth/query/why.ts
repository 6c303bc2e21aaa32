/** Why one construct can do something to another: a shortest way for each thing that it can do. */
import { Authority, type Step, shortPath, stepLines } from '../authority/index.js';
import { place, ToolError } from '../findings/index.js';
import type { Named } from './names.js';

/** One way, with all the rights that it ends in. */
export interface Way {
  readonly subject: string;
  readonly object: string;
  readonly rights: readonly string[];
  readonly steps: readonly Step[];
}

/** Components that a name stands for. */
export function componentsOf({ graph, path, paths }: Named): string[] {
  const types = new Map(graph.nodes.map((node) => [node.path, node.type]));
  const components = paths.filter((one) => types.get(one) === 'Component');
  if (components.length > 0) return components;
  throw new ToolError({
    code: 'VRD0029',
    message: `${path} is ${types.has(path) ? `a ${types.get(path)}` : 'a construct without components'}; only a component can do something`,
    help: `\`veridian who-can <right> ${shortPath(path)}\` says who can use it`,
  });
}

/** Every way from a subject to an object; none when it cannot come to do anything to it. */
export function why(subject: Named, object: Named): Way[] {
  if (subject.graph !== object.graph) return [];
  const authority = Authority.of(subject.graph);
  const from = componentsOf(subject);
  const ways = new Map<string, Way>();
  const add = (steps: readonly Step[] | undefined): void => {
    const last = steps?.at(-1);
    if (!steps || !last) return;
    const key = JSON.stringify([...steps.slice(0, -1), { ...last, rights: [] }]);
    const known = ways.get(key);
    const rights = [...new Set([...(known?.rights ?? []), ...last.rights])];
    const shown = [...steps.slice(0, -1), { ...last, rights }];
    ways.set(key, { subject: steps[0]?.from ?? '', object: last.to, rights, steps: shown });
  };
  for (const path of object.paths) {
    for (const fact of authority.model.factsOf(path)) {
      const { right = '' } = authority.model.facts[fact] ?? {};
      add(authority.search({ from, to: [path], rights: [right] }));
    }
  }
  if (ways.size === 0) add(authority.search({ from, to: object.paths }));
  return [...ways.values()];
}

/** `shop/web can write shop/disk`. */
function claim({ subject, object, steps, rights }: Way): string {
  const via = steps.at(-1)?.via;
  if (via === 'grant' || via === 'restart' || (via === 'dma' && rights.length > 0)) {
    return `${subject} can ${rights.join(', ')} ${object}`;
  }
  return `${subject} can make ${object} act`;
}

/** A way as lines: the claim, then each step with its source line, columns aligned. */
export function wayText(way: Way): string {
  const lines = way.steps.flatMap((step) => stepLines(step));
  const width = Math.max(...lines.map(({ text }) => text.length));
  return [claim(way), ...lines.map(({ text, step }) => `  ${text.padEnd(width)}  ${place(step.source)}`)].join('\n');
}
