/** From a walk through the layers to steps that a person can follow, each with its source line. */
import type { Layers, Walk } from './layers.js';
import { type Grant, roles } from './model.js';
import type { Step } from './step.js';

/** A grant that is used, and how its user came to hold it. */
interface Use {
  readonly grant: Grant;
  readonly because: readonly Step[];
}

export class Witness {
  readonly #layers: Layers;

  constructor(layers: Layers) {
    this.#layers = layers;
  }

  /** States from the start of a walk to `state`. */
  trail(walk: Walk, state: number): readonly number[] {
    const trail: number[] = [];
    for (let at = state; at >= 0; at = walk.before[at] ?? -1) trail.push(at);
    return trail.reverse();
  }

  /** Steps from component to component along a trail. */
  steps(trail: readonly number[]): Step[] {
    const steps: Step[] = [];
    for (let index = 0; index + 2 < trail.length; index++) {
      const [from, place, to] = trail.slice(index, index + 3);
      const step = this.#step(from ?? 0, place ?? 0, to ?? 0);
      if (step) steps.push(step);
    }
    return steps;
  }

  /** The last step: `state` says `fact`. */
  last(state: number, fact: number, from: string): Step {
    const { model } = this.#layers;
    const at = this.#layers.state(state);
    const { object, right } = model.facts[fact] ?? { object: -1, right: '' };
    const to = model.objects.list[object] ?? '';
    if (at.layer === 'holds') {
      const edge = this.#layers.grantOf(at.component, fact)?.edge;
      const step = { from, to, via: 'grant', rights: [right], source: edge?.source ?? model.graph.source } as const;
      return edge === undefined || edge.object === to ? step : { ...step, on: edge.object };
    }
    if (at.layer === 'does') {
      const watched = model.components.indexOf(to);
      const on = model.endpoints.list[model.supervisorOf[watched] ?? -1] ?? '';
      const { because } = this.#use(at.component, model.endpoints.indexOf(on), roles.receive);
      const source = model.sources[watched] ?? model.graph.source;
      return compact({ from, to, via: 'restart', rights: [right], source, on, because });
    }
    return compact({ ...this.#dma(model.components.indexOf(from), to), rights: [right] });
  }

  /** Path of the DMA buffer that a component can come to hold. */
  dmaBuffer(component: number): string {
    return this.#dma(component, '').on ?? '';
  }

  #step(from: number, place: number, to: number): Step | undefined {
    const { model } = this.#layers;
    const [start, middle, end] = [from, place, to].map((state) => this.#layers.state(state));
    if (!start || !middle || !end || !('component' in start) || !('component' in end)) return undefined;
    const names = {
      from: model.components.list[start.component] ?? '',
      to: model.components.list[end.component] ?? '',
    };
    if (middle.layer === 'call') {
      const use = this.#use(start.component, middle.endpoint, roles.client);
      const served = this.#use(end.component, middle.endpoint, roles.receive);
      const { source, rights, object } = use.grant.edge;
      const because = [...use.because, ...served.because];
      return compact({
        ...names,
        via: 'call',
        rights: rights.filter((right) => right !== 'delegate'),
        source,
        on: object,
        because,
      });
    }
    if (middle.layer === 'region') {
      const on = model.objects.list[middle.object] ?? '';
      const grant = model.grantsOf[start.component]?.find(
        ({ edge }) => edge.object === on && edge.rights.includes('write'),
      );
      return { ...names, via: 'region', rights: ['write'], source: grant?.edge.source ?? model.graph.source, on };
    }
    if (middle.layer === 'dma') return this.#dma(start.component, names.to);
    if (middle.layer === 'messages') {
      const passed = this.#use(end.component, middle.endpoint, roles.pass);
      const received = this.#use(start.component, middle.endpoint, roles.receive);
      return this.#delegated(names, middle.endpoint, passed, [...passed.because, ...received.because]);
    }
    if (middle.layer === 'replies') {
      const answered = this.#use(end.component, -1, roles.answer);
      const received = this.#use(end.component, middle.endpoint, roles.receive);
      const because = [...answered.because, ...received.because];
      if (model.supervisorOf[start.component] !== middle.endpoint) {
        because.push(...this.#use(start.component, middle.endpoint, roles.call).because);
      }
      return this.#delegated(names, middle.endpoint, answered, because);
    }
    return undefined;
  }

  #delegated(
    names: { readonly from: string; readonly to: string },
    endpoint: number,
    { grant }: Use,
    because: readonly Step[],
  ): Step {
    const on = this.#layers.model.endpoints.list[endpoint] ?? '';
    return compact({ ...names, via: 'delegation', rights: ['delegate'], source: grant.edge.source, on, because });
  }

  #dma(component: number, to: string): Step {
    const { model } = this.#layers;
    const { grant, because } = this.#find(component, ({ edge }) => edge.kind === 'Dma', Number.POSITIVE_INFINITY);
    const from = model.components.list[component] ?? '';
    const { rights, source, object } = grant.edge;
    return compact({ from, to, via: 'dma', rights, source, on: object, because });
  }

  /** How a component has a role at an endpoint, or at any with −1. */
  #use(component: number, endpoint: number, role: number): Use {
    const fits = (grant: Grant): boolean => (grant.roles & role) !== 0 && (endpoint < 0 || grant.endpoint === endpoint);
    const ranks = this.#layers.delegation.acquired
      .filter((one) => one.component === component && one.role === role && (endpoint < 0 || one.endpoint === endpoint))
      .map(({ rank }) => rank);
    // What is needed to come by the role first was there before: a shorter way could lead in a circle.
    return this.#find(component, fits, Math.min(Number.POSITIVE_INFINITY, ...ranks));
  }

  #find(component: number, fits: (grant: Grant) => boolean, below: number): Use {
    const layers = this.#layers;
    const { model } = layers;
    const own = model.grantsOf[component]?.find(fits);
    if (own) return { grant: own, because: [] };
    let found: Grant | undefined;
    const walk = layers.walk([layers.holds(component)], layers.forward, { below }, (state) => {
      const at = layers.state(state);
      found = at.layer === 'holds' ? model.grantsOf[at.component]?.find(fits) : undefined;
      return found !== undefined;
    });
    if (!found) throw new RangeError(`${model.components.list[component]} holds nothing of that kind`);
    const { edge } = found;
    const { subject, object, rights, source } = edge;
    const steps = this.steps(this.trail(walk, walk.order.at(-1) ?? 0));
    return { grant: found, because: [...steps, { from: subject, to: object, via: 'grant', rights, source }] };
  }
}

function compact(step: Step): Step {
  if (step.because === undefined || step.because.length > 0) return step;
  const { because: _, ...rest } = step;
  return rest;
}
