/**
 * What every component of a system can ever come to hold, and what it can ever come to do: exactly, on the
 * finite graph, by the rules of the kernel, whatever the programs are.
 *
 * **Can come to hold.** At boot a component holds what its grants say. From then on the kernel lets it derive
 * capabilities with fewer rights, and lets capabilities move in three ways only:
 * - a client that holds `call` or `send` together with `delegate` in one capability to an endpoint can pass
 *   what it holds to whoever can receive there;
 * - a server can pass what it holds with the reply to whoever can call it, if it can receive with a capability
 *   that has `delegate`. Of a server the kernel remembers only its last receive, so that `delegate` on one
 *   endpoint is good for replies over all those that it serves;
 * - with the reply to a fault the same is passed to a component that the server supervises.
 *
 * `holdings` is the least fixpoint of these rules. A capability that is passed keeps all its rights, so that
 * who can come to hold one can come to hold every narrower one; two capabilities to one object do not add up to
 * one with the rights of both. Free slots are not counted, since every one can be freed: revoking and dropping
 * only take away. It is what a brute-force run of the kernel’s rules reaches (`authority.property.test.ts`).
 *
 * **Can come to do.** What it can come to hold, and whatever the components can do that it can make act:
 * - those that can receive from an endpoint that it can call or send to, since a server acts on behalf of its
 *   clients, in turn with all that it can do. Receiving itself stays with the server: a client that makes a
 *   server act does not get the messages of others;
 * - those that have a shared region mapped for reading that it has mapped for writing, since they act on what
 *   they read. Regions are mapped at boot, so that only grants count here;
 * - all of them, and all memory, if it can come to hold a DMA buffer: without an IOMMU a device reaches any
 *   address that it is told.
 *
 * Who can receive the faults of a component also has `supervise` over it: it decides whether it goes on.
 * A signal makes nobody act on behalf of its sender: its bits say that something happened, not what to do.
 * Replies are no influence either: a client need not believe its server.
 */
import type { Edge, SystemGraph } from '../../constructs/graph/index.js';
import { Closure } from './closure.js';
import { Layers } from './layers.js';
import { Model } from './model.js';
import type { Step } from './step.js';
import { Witness } from './witness.js';

/** Somebody who can exercise a right on an object. */
export interface Holder {
  readonly subject: string;
  /** Whether a grant of its own says so. */
  readonly direct: boolean;
  /** Otherwise the next on the shortest way there: a component, or the buffer of a DMA. */
  readonly through?: string;
}

/** A capability that a component can come to hold: the grant from which it comes, its own or another’s. */
export interface Holding {
  readonly edge: Edge;
  readonly direct: boolean;
}

/** What a search may start from, aim at, and must not pass. All are paths. */
export interface Search {
  readonly from: Iterable<string>;
  /** Objects on which any right, or one of `rights`, is looked for; components that are to be made act. */
  readonly to: Iterable<string>;
  readonly rights?: readonly string[];
  /** Components and endpoints to do without. */
  readonly avoiding?: Iterable<string>;
  /** Look only for what they can come to hold themselves. @default false */
  readonly holding?: boolean;
}

type Rights = ReadonlyMap<string, ReadonlySet<string>>;

export class Authority {
  readonly model: Model;
  readonly #layers: Layers;
  readonly #witness: Witness;
  readonly #reachable = new Map<number, Rights>();
  #closure: Closure | undefined;

  private constructor(graph: SystemGraph) {
    this.model = new Model(graph);
    this.#layers = new Layers(this.model);
    this.#witness = new Witness(this.#layers);
  }

  /** The authority in a system. What is asked of it is computed when it is asked, and kept. */
  static of(graph: SystemGraph): Authority {
    return new Authority(graph);
  }

  /** What a component’s own grants say: rights by path of the object. A server end is the right `receive`. */
  direct(subject: string): Rights {
    const component = this.model.components.indexOf(subject);
    return this.#rights((this.model.grantsOf[component] ?? []).flatMap(({ facts }) => facts));
  }

  /** All that it can come to do, its own grants included: rights by path of the object. */
  reachable(subject: string): Rights {
    const component = this.model.components.indexOf(subject);
    if (component < 0) return new Map();
    let known = this.#reachable.get(component);
    if (!known) {
      known = this.#rights(this.#factsFrom(component));
      this.#reachable.set(component, known);
    }
    return known;
  }

  /** The components that it can make act, itself not among them. */
  influenced(subject: string): readonly string[] {
    const component = this.model.components.indexOf(subject);
    if (component < 0) return [];
    const { order } = this.#layers.walk([this.#layers.does(component)], this.#layers.forward);
    const paths = order.flatMap((index) => {
      const state = this.#layers.state(index);
      return state.layer === 'does' && state.component !== component
        ? [this.model.components.list[state.component] ?? '']
        : [];
    });
    return paths.sort();
  }

  /** The capabilities that it can come to hold, each with the grant from which it comes. */
  holdings(subject: string): readonly Holding[] {
    const component = this.model.components.indexOf(subject);
    if (component < 0) return [];
    const { order } = this.#layers.walk([this.#layers.holds(component)], this.#layers.forward);
    return order.flatMap((index) => {
      const state = this.#layers.state(index);
      if (state.layer !== 'holds') return [];
      const direct = state.component === component;
      return (this.model.grantsOf[state.component] ?? []).map(({ edge }) => ({ edge, direct }));
    });
  }

  /**
   * A shortest way for `subject` to do anything, or `right`, to `object`; for a component as object, a way to
   * make it act, or to decide what becomes of it. Undefined when there is none.
   */
  witness(subject: string, object: string, right?: string): readonly Step[] | undefined {
    return this.search({ from: [subject], to: [object], ...(right === undefined ? {} : { rights: [right] }) });
  }

  /** A shortest way from any of some components to any of some paths, which does without others. */
  search({ from, to, rights, avoiding, holding = false }: Search): readonly Step[] | undefined {
    const { model } = this;
    const layers = this.#layers;
    const subjects = [...from].map((path) => model.components.indexOf(path)).filter((index) => index >= 0);
    const facts = new Set<number>();
    const components = new Set<number>();
    for (const path of to) {
      for (const right of rights ?? [undefined]) for (const fact of model.factsOf(path, right)) facts.add(fact);
      const component = model.components.indexOf(path);
      if (component >= 0 && rights === undefined && !holding) components.add(layers.does(component));
    }
    for (const subject of subjects) components.delete(layers.does(subject));
    const own = [...facts].filter((fact) => holding || layers.isOwn(model.facts[fact] ?? { object: 0, right: '' }));
    const avoid = this.#avoided(avoiding ?? []);
    const said = (state: number, wanted: ReadonlySet<number>): number | undefined =>
      layers.facts[state]?.find((fact) => wanted.has(fact));
    const shared = new Set([...facts].filter((fact) => !own.includes(fact)));
    const wantedOwn = new Set(own);
    const ways = [
      { starts: subjects.map((one) => layers.does(one)), wanted: shared, goals: components },
      // What nobody does on another’s behalf is only reached by holding it.
      { starts: subjects.map((one) => layers.holds(one)), wanted: wantedOwn, goals: new Set<number>() },
    ].filter(({ wanted, goals }) => wanted.size + goals.size > 0);
    const found = ways.flatMap(({ starts, wanted, goals }) => {
      const isGoal = (state: number): boolean => goals.has(state) || said(state, wanted) !== undefined;
      const walk = layers.walk(starts, layers.forward, { avoid }, isGoal);
      const end = walk.order.at(-1);
      if (end === undefined || !isGoal(end)) return [];
      const trail = this.#witness.trail(walk, end);
      const steps = this.#witness.steps(trail);
      if (goals.has(end)) return [steps];
      const [first] = trail;
      const start = layers.state(first ?? 0);
      const origin = 'component' in start ? (model.components.list[start.component] ?? '') : '';
      return [[...steps, this.#witness.last(end, said(end, wanted) ?? 0, steps.at(-1)?.to ?? origin)]];
    });
    return found.sort((a, b) => a.length - b.length)[0];
  }

  /** Everybody who can exercise a right on an object, or only who can hold it, in order of path. */
  holders(object: string, right: string, { holding = false } = {}): readonly Holder[] {
    const { model } = this;
    const layers = this.#layers;
    const [fact] = model.factsOf(object, right);
    if (fact === undefined) return [];
    const own = holding || layers.isOwn({ object: 0, right });
    const starts = layers.facts.flatMap((facts, state) => (facts?.includes(fact) ? [state] : []));
    const avoid = own ? this.#allDoing() : undefined;
    const { order, before } = layers.walk(starts, layers.backward, avoid ? { avoid } : {});
    const holders = order.flatMap((index): Holder[] => {
      const state = layers.state(index);
      if (state.layer !== (own ? 'holds' : 'does') || !('component' in state)) return [];
      const subject = model.components.list[state.component] ?? '';
      const direct = layers.grantOf(state.component, fact) !== undefined || before[index] === -1;
      return [{ subject, direct, ...(direct ? {} : { through: this.#next(state.component, index, before) }) }];
    });
    return holders.sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  /** Everybody who can make a component act, in order of path. */
  callers(path: string): readonly Holder[] {
    const component = this.model.components.indexOf(path);
    if (component < 0) return [];
    const { order, before } = this.#layers.walk([this.#layers.does(component)], this.#layers.backward);
    const callers = order.flatMap((index): Holder[] => {
      const state = this.#layers.state(index);
      if (state.layer !== 'does' || state.component === component) return [];
      const through = this.#next(state.component, index, before);
      const direct = through === path;
      return [{ subject: this.model.components.list[state.component] ?? '', direct, ...(direct ? {} : { through }) }];
    });
    return callers.sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  /** For all components at once: sets of bits, one for each group of components that can do the same. */
  closure(): Closure {
    this.#closure ??= new Closure(this.#layers);
    return this.#closure;
  }

  /** The next component on the way from a state, or the DMA buffer. */
  #next(component: number, index: number, before: Int32Array): string {
    for (let at = before[index] ?? -1; at >= 0; at = before[at] ?? -1) {
      const state = this.#layers.state(at);
      if (state.layer === 'dma') return this.#witness.dmaBuffer(component);
      if ('component' in state && state.component !== component)
        return this.model.components.list[state.component] ?? '';
    }
    return '';
  }

  #allDoing(): ReadonlySet<number> {
    return new Set(this.model.components.list.keys());
  }

  #avoided(paths: Iterable<string>): ReadonlySet<number> {
    const avoid = new Set<number>();
    for (const path of paths) {
      const component = this.model.components.indexOf(path);
      const endpoint = this.model.endpoints.indexOf(path);
      if (component >= 0) avoid.add(this.#layers.does(component)).add(this.#layers.holds(component));
      if (endpoint >= 0) {
        for (const place of ['call', 'messages', 'replies'] as const) avoid.add(this.#layers[place](endpoint));
      }
    }
    return avoid;
  }

  #factsFrom(component: number): Set<number> {
    const layers = this.#layers;
    const facts = new Set<number>();
    const { order } = layers.walk([layers.does(component)], layers.forward);
    for (const state of order) {
      for (const fact of layers.facts[state] ?? []) {
        if (!layers.isOwn(this.model.facts[fact] ?? { object: 0, right: '' })) facts.add(fact);
      }
    }
    for (const state of layers.walk([layers.holds(component)], layers.forward).order) {
      for (const fact of layers.facts[state] ?? []) facts.add(fact);
    }
    return facts;
  }

  #rights(facts: Iterable<number>): Rights {
    const rights = new Map<string, Set<string>>();
    const named = [...facts].map((index) => {
      const { object, right } = this.model.facts[index] ?? { object: -1, right: '' };
      return { path: this.model.objects.list[object] ?? '', right };
    });
    named.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.right < b.right ? -1 : 1));
    for (const { path, right } of named) {
      const known = rights.get(path);
      if (known) known.add(right);
      else rights.set(path, new Set([right]));
    }
    return rights;
  }
}
