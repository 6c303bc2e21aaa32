/** A running system against what it was declared to be: what differs, and whether its graph permits that. */
import type { Source } from '../../constructs/graph/index.js';
import { type Kind, kinds, limits } from '../../kernel/abi/index.js';
import { Authority } from '../authority/index.js';
import { endpointRights, kernelRights } from '../layout/index.js';
import type { Census, LiveCapability } from './census.js';
import type { Declared, DeclaredCapability, DeclaredComponent } from './declared.js';
import { compareMemory } from './memory.js';

/**
 * `gone`: declared and not there. `changed`: there, and not what was declared. `within`: not declared, and something
 * that the rules of transfer let this component come to hold. `beyond`: not declared, and nothing that they allow.
 */
export type Verdict = 'gone' | 'changed' | 'within' | 'beyond';

export interface Drift {
  readonly verdict: Verdict;
  /** Path of the component. */
  readonly component: string;
  /** What differs: a capability, memory, a priority. */
  readonly text: string;
  /** Line of the grant, or of the component where there is none. */
  readonly source: Source;
}

export interface Comparison {
  readonly held: number;
  readonly declared: number;
  /** In the order of the components. */
  readonly drift: readonly Drift[];
}

/** Whether a difference is one that the graph does not permit. */
export const isDrift = ({ verdict }: Drift): boolean => verdict !== 'within';

const sections = {
  Endpoint: 'endpoints',
  Notification: 'notifications',
  SharedRegion: 'regions',
  Interrupt: 'interrupts',
  IoPorts: 'ports',
  Mmio: 'mmio',
  Dma: 'dma',
  Power: 'power',
  Process: 'components',
  MemoryPool: 'pools',
  Census: 'census',
  Metrics: 'metrics',
} as const satisfies Record<Exclude<Kind, 'AddressSpace'>, string>;

const kindNames = new Map(Object.entries(kinds).map(([name, { code }]): [number, Kind] => [code, name as Kind]));

/** What a capability is to and allows, as people read it. */
/** Rights on a pool with which objects of a kind are made of it. */
const makers: Readonly<Partial<Record<Kind, string>>> = {
  SharedRegion: 'allocate',
  Endpoint: 'create',
  Notification: 'create',
  AddressSpace: 'spawn',
  Process: 'spawn',
};

/** The right that made an object which the boot table has not: those count on behind its own. */
function makerOf({ names }: Declared, { kind, object }: Pick<LiveCapability, 'kind' | 'object'>): string | undefined {
  const name = kindNames.get(kind);
  if (name === undefined) return undefined;
  const declared = name === 'AddressSpace' ? 0 : names[sections[name]].length;
  return object >= declared ? makers[name] : undefined;
}

function capabilityName(declared: Declared, held: Pick<LiveCapability, 'kind' | 'object' | 'rights'>) {
  const { names, graph } = declared;
  const kind = kindNames.get(held.kind);
  if (kind === undefined) return `kind ${held.kind}`;
  const name = kind === 'AddressSpace' ? undefined : names[sections[kind]][held.object];
  const spoken = name && 'interface' in name ? graph.interfaces.find((one) => one.name === name.interface) : undefined;
  const shown =
    kind === 'Endpoint'
      ? spoken
        ? endpointRights(held.rights, spoken)
        : { kind, rights: [] }
      : { kind, rights: kernelRights(kind, held.rights) };
  const made = makerOf(declared, held) === undefined ? undefined : kind === 'SharedRegion' ? 'memory' : 'an object';
  const to = made ? `${made} of a pool` : (name?.path ?? `${kind} ${held.object}`);
  return `${shown.kind} { ${shown.rights.join(', ')} } on ${to}`;
}

class Comparer {
  readonly #declared: Declared;
  readonly #census: Census;
  readonly #authority: Authority;
  /** What the table gives for each grant, by component and need. */
  readonly #granted = new Map<string, DeclaredCapability>();
  readonly #drift: Drift[] = [];

  constructor(declared: Declared, census: Census) {
    this.#declared = declared;
    this.#census = census;
    this.#authority = Authority.of(declared.graph);
    for (const component of declared.components)
      for (const one of component.capabilities) this.#granted.set(`${one.edge.subject} ${one.edge.need}`, one);
  }

  run(): Comparison {
    const { components } = this.#declared;
    const held = components.map((): LiveCapability[] => []);
    for (const one of this.#census.capabilities) {
      const list = held[one.component];
      if (list) list.push(one);
    }
    for (const [index, component] of components.entries()) {
      this.#component(component, index);
      this.#capabilities(component, held[index] ?? []);
      const own = this.#census.mappings.filter((one) => one.component === index);
      for (const found of compareMemory(this.#declared, component, own, held[index] ?? []))
        this.#drift.push({ component: component.path, ...found });
    }
    const known = components.length;
    const unknown = this.#census.components.filter(({ index }) => index >= known);
    for (const { index } of unknown) {
      const { system, source } = this.#declared.graph;
      this.#drift.push({
        verdict: 'beyond',
        component: system,
        text: `component ${index}, which no one declared`,
        source,
      });
    }
    return {
      held: this.#census.capabilities.length,
      declared: components.reduce((sum, { capabilities }) => sum + capabilities.length, 0),
      drift: this.#drift,
    };
  }

  #note({ path, source }: DeclaredComponent, verdict: Verdict, text: string, line: Source = source): void {
    this.#drift.push({ verdict, component: path, text, source: line });
  }

  #component(component: DeclaredComponent, index: number): void {
    const live = this.#census.components.find((one) => one.index === index);
    if (!live) {
      this.#note(component, 'gone', 'the component itself');
      return;
    }
    const { record } = component;
    if (live.priority !== record.priority)
      this.#note(component, 'changed', `priority ${live.priority}, declared ${record.priority}`);
    if (live.slots !== record.slots)
      this.#note(component, 'changed', `capability table of ${live.slots} slots, declared ${record.slots}`);
    if (live.supervisor !== record.supervisor || live.badge !== record.badge)
      this.#note(component, 'changed', 'somebody else is told of its faults');
  }

  #capabilities(component: DeclaredComponent, held: readonly LiveCapability[]): void {
    const bySlot = new Map(held.map((one) => [one.slot, one]));
    for (const { record, edge } of component.capabilities) {
      const live = bySlot.get(record.slot);
      const name = `${edge.need}: ${capabilityName(this.#declared, record)}`;
      if (live?.kind !== record.kind || live.object !== record.object || live.parent) {
        this.#note(component, 'gone', name, edge.source);
        continue;
      }
      bySlot.delete(record.slot);
      // The kernel keeps where a region is mapped in place of a badge, which nobody sees.
      const badge = record.kind === kinds.SharedRegion.code || live.badge === record.badge;
      if (live.rights === record.rights && badge && live.generation === Number(limits.FIRST_GENERATION)) continue;
      const now = capabilityName(this.#declared, live);
      const why = live.rights === record.rights ? (badge ? 'made anew' : `badge ${live.badge}`) : now;
      this.#note(component, 'changed', `${name}, now ${why}`, edge.source);
    }
    for (const live of bySlot.values()) this.#extra(component, live);
  }

  /** A capability that the table does not give: derived, passed on, or taken from a pool. */
  #extra(component: DeclaredComponent, live: LiveCapability): void {
    const name = capabilityName(this.#declared, live);
    const origin = live.parent && this.#declared.components[live.parent.component];
    const from = !origin ? '' : origin.path === component.path ? ', which it derived itself' : `, from ${origin.path}`;
    const maker = makerOf(this.#declared, live);
    // Memory of a pool can be passed with messages; what else was made stays with its maker.
    const travels = live.kind === kinds.SharedRegion.code;
    const reaches = this.#authority.holdings(component.path).find(({ edge }) => {
      const granted = this.#granted.get(`${edge.subject} ${edge.need}`)?.record;
      if (maker !== undefined) {
        if (granted?.kind === kinds.MemoryPool.code) return edge.rights.includes(maker);
        return travels && granted?.kind === kinds.Endpoint.code;
      }
      const sameBadge = live.kind === kinds.SharedRegion.code || granted?.badge === live.badge;
      return (
        granted?.kind === live.kind &&
        granted.object === live.object &&
        sameBadge &&
        (live.rights & ~granted.rights) === 0
      );
    });
    this.#note(component, reaches ? 'within' : 'beyond', `${name}${from}`, reaches?.edge.source);
  }
}

/** Compares what a census tells with what an image declares. */
export function compareSystems(declared: Declared, census: Census): Comparison {
  return new Comparer(declared, census).run();
}
