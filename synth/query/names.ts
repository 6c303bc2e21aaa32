/** Paths as people type them: whole, without the system’s id, or only the last part. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import { isWithin } from '../../constructs/policy/view.js';
import { nearest } from '../cli/nearest.js';
import { ToolError } from '../findings/index.js';

/** What a name stands for: a construct of a system, and everything in the graph at or below it. */
export interface Named {
  readonly graph: SystemGraph;
  readonly path: string;
  readonly paths: readonly string[];
}

/** The constructs that have something in the graph at or below them, the system first. */
function* constructs({ system, nodes }: SystemGraph): Iterable<string> {
  const seen = new Set([system]);
  for (const { path } of nodes) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) seen.add(path.slice(0, end));
    seen.add(path);
  }
  yield* seen;
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const withoutSystem = (path: string): string => path.slice(path.indexOf('/') + 1);

/** Everything that a name could be completed to, in order: whole paths and those without the system’s id. */
export function completions(graphs: readonly SystemGraph[]): string[] {
  const all = graphs.flatMap((graph) => [...constructs(graph)]);
  return [...new Set(all.flatMap((path) => [path, withoutSystem(path)]))].sort();
}

/** The nearest names to one that is none, best first. */
function near(name: string, known: readonly string[]): string[] {
  const words = new Set(known.flatMap((path) => [path, withoutSystem(path), lastPart(path)]));
  const inside = [...words].filter((word) => name.length > 2 && word.includes(name)).sort();
  const found = [nearest(name, [...words]), ...inside].filter((word) => word !== undefined);
  return [...new Set(found)].slice(0, 3);
}

/** The construct that a name means. Throws a `ToolError` that offers the nearest ones. */
export function resolveName(graphs: readonly SystemGraph[], name: string): Named {
  const known = graphs.flatMap((graph) => [...constructs(graph)].map((path) => ({ graph, path })));
  const ways: ((path: string) => boolean)[] = [
    (path) => path === name,
    (path) => withoutSystem(path) === name,
    (path) => path.endsWith(`/${name}`),
  ];
  for (const fits of ways) {
    const [found, ...others] = known.filter(({ path }) => fits(path));
    if (!found) continue;
    if (others.length > 0) {
      throw new ToolError({
        code: 'VRD0028',
        message: `${name} can be ${[found, ...others].map(({ path }) => path).join(' or ')}`,
        help: 'name one of them by its whole path',
      });
    }
    const paths = found.graph.nodes.map(({ path }) => path).filter((path) => isWithin(path, found.path));
    return { ...found, paths };
  }
  const meant = near(
    name,
    known.map(({ path }) => path),
  );
  throw new ToolError({
    code: 'VRD0027',
    message: `there is nothing called ${name}`,
    help: meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : '`veridian ls` lists every path',
  });
}
