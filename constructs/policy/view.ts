/** A system’s graph as rules of a user’s own look at it. */
import type { IConstruct } from 'constructs';
import type { Edge, NodeOf, NodeType, SystemGraph, Violation } from '../graph/index.js';

/** A construct, or its path. */
export type Place = IConstruct | string;

/** The path of a construct, or the path itself. */
export function pathOf(place: Place): string {
  return typeof place === 'string' ? place : place.node.path;
}

/** Whether a path is another one or something below it. */
export function isWithin(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

/** What a violation consists of; its text names what is wrong. */
export interface ViolationProps {
  /** What is wrong, with the bad value in it. */
  readonly message: string;
  /** The construct that is at fault. @default - the rule itself */
  readonly at?: Place;
  /** Grants that make it so, in order: each is shown with its source line. @default - none */
  readonly grants?: readonly Edge[];
  /** The way out. @default - change the system, or the rule */
  readonly help?: string;
}

/** The graph of one system, with what rules ask most. It can only be read. */
export class SystemView {
  /** All of it, as `graph.json` has it. */
  readonly graph: SystemGraph;

  /** @internal */
  constructor(graph: SystemGraph) {
    this.graph = graph;
  }

  /** Every node of one type, in order of path. */
  nodes<T extends NodeType>(type: T): readonly NodeOf<T>[] {
    return this.graph.nodes.filter((node): node is NodeOf<T> => node.type === type);
  }

  /** Every component at or below a place; all of them without one. */
  components(below?: Place): readonly NodeOf<'Component'>[] {
    const all = this.nodes('Component');
    return below === undefined ? all : all.filter(({ path }) => isWithin(path, pathOf(below)));
  }

  /** What the components at or below a place are granted. */
  grants(to: Place): readonly Edge[] {
    const path = pathOf(to);
    return this.graph.edges.filter(({ subject }) => isWithin(subject, path));
  }

  /** Grants on what is at or below a place, of any right or of one. */
  holders(object: Place, right?: string): readonly Edge[] {
    const path = pathOf(object);
    return this.graph.edges.filter(
      (edge) => isWithin(edge.object, path) && (right === undefined || edge.rights.includes(right)),
    );
  }

  /** Something that breaks the rule. */
  violation({ message, at, grants = [], help }: ViolationProps): Violation {
    const node = at === undefined ? undefined : this.graph.nodes.find(({ path }) => path === pathOf(at));
    const steps = grants.map(({ subject, rights, object, source }) => ({
      text: `${subject} ─${rights.join(', ')}→ ${object}`,
      source,
    }));
    return {
      message,
      ...(at === undefined ? {} : { path: pathOf(at) }),
      ...(node === undefined ? {} : { source: node.source }),
      ...(steps.length === 0 ? {} : { steps }),
      ...(help === undefined ? {} : { help }),
    };
  }
}
