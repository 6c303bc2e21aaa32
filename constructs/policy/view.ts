/** A system’s graph as rules of a user’s own look at it. */
import type { IConstruct } from 'constructs';
import { Authority, type Holding, type Step, stepLines } from '../../synth/authority/index.js';
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
  /** A way through the system, as `way` gives it: each step is shown with its source line. @default - none */
  readonly way?: readonly Step[];
  /** The way out. @default - change the system, or the rule */
  readonly help?: string;
}

/** What a search for a way takes. */
export interface WayProps {
  /** The rights that count; without any, making a component act counts as well. @default - every right */
  readonly rights?: readonly [string, ...string[]];
  /** What to do without: components and endpoints at or below these places. @default - nothing */
  readonly avoiding?: readonly Place[];
}

/** The graph of one system, with what rules ask most. It can only be read. */
export class SystemView {
  /** All of it, as `graph.json` has it. */
  readonly graph: SystemGraph;
  #authority: Authority | undefined;

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

  /**
   * A shortest way on which a component at or below `from` can come to exercise a right on something at or below `to`,
   * or to make a component there act: by grants, through servers, passed capabilities, shared memory and DMA.
   * Undefined when there is none.
   */
  way(from: Place, to: Place, { rights, avoiding = [] }: WayProps = {}): readonly Step[] | undefined {
    return this.#closure.search({
      from: this.components(from).map(({ path }) => path),
      to: this.#within(to),
      avoiding: avoiding.flatMap((place) => this.#within(place)),
      ...(rights === undefined ? {} : { rights }),
    });
  }

  /** Whether there is such a way. */
  canReach(from: Place, to: Place, props: WayProps = {}): boolean {
    return this.way(from, to, props) !== undefined;
  }

  /** Everything that the components at or below a place can come to do: rights by path of the object. */
  reachable(from: Place): ReadonlyMap<string, ReadonlySet<string>> {
    const all = new Map<string, Set<string>>();
    for (const { path } of this.components(from)) {
      for (const [object, rights] of this.#closure.reachable(path)) {
        all.set(object, new Set([...(all.get(object) ?? []), ...rights]));
      }
    }
    return all;
  }

  /** Every component that can come to exercise a right on something at or below a place, itself or through others. */
  whoCan(right: string, object: Place): readonly NodeOf<'Component'>[] {
    const paths = this.#within(object).flatMap((path) => this.#closure.holders(path, right));
    const subjects = new Set(paths.map(({ subject }) => subject));
    return this.components().filter(({ path }) => subjects.has(path));
  }

  /** The capabilities that a component can come to hold, its own and those that can be passed to it. */
  holdings(component: Place): readonly Holding[] {
    return this.components(component).flatMap(({ path }) => this.#closure.holdings(path));
  }

  get #closure(): Authority {
    this.#authority ??= Authority.of(this.graph);
    return this.#authority;
  }

  #within(place: Place): string[] {
    const above = pathOf(place);
    return this.graph.nodes.map(({ path }) => path).filter((path) => isWithin(path, above));
  }

  /** Something that breaks the rule. */
  violation({ message, at, grants = [], way = [], help }: ViolationProps): Violation {
    const node = at === undefined ? undefined : this.graph.nodes.find(({ path }) => path === pathOf(at));
    const granted = grants.map(({ subject, rights, object, source }) => ({
      text: `${subject} ─${rights.join(', ')}→ ${object}`,
      source,
    }));
    const walked = way.flatMap((step) => stepLines(step)).map(({ text, step }) => ({ text, source: step.source }));
    const steps = [...granted, ...walked];
    return {
      message,
      ...(at === undefined ? {} : { path: pathOf(at) }),
      ...(node === undefined ? {} : { source: node.source }),
      ...(steps.length === 0 ? {} : { steps }),
      ...(help === undefined ? {} : { help }),
    };
  }
}
