/** A running system against what it was declared to be: what differs, and whether its graph permits that. */
import type { Source } from '../../constructs/graph/index.js';
import { type Kind, kinds, limits } from '../../kernel/abi/index.js';
import { Authority } from '../authority/index.js';
import { endpointRights, kernelRights } from '../layout/index.js';
import type { Census, LiveCapability, LiveMapping, LiveSpace } from './census.js';
import type { Declared, DeclaredCapability, DeclaredComponent } from './declared.js';
import type { Drift, Verdict } from './drift.js';
import { compareMemory, compareProcessMemory } from './memory.js';

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
  Timer: 'timers',
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

/** Rights on a pool with which objects of a kind are made of it. */
const makers: Readonly<Partial<Record<Kind, string>>> = {
  SharedRegion: 'allocate',
  Endpoint: 'create',
  Notification: 'create',
  AddressSpace: 'spawn',
  Process: 'spawn',
};

const madeNames: Readonly<Partial<Record<Kind, string>>> = {
  SharedRegion: 'memory of a pool',
  Endpoint: 'an object of a pool',
  Notification: 'an object of a pool',
  Process: 'a thread made of a pool',
};

/** The right that made an object which the boot table has not: those count on behind its own. */
function makerOf({ names }: Declared, { kind, object }: Pick<LiveCapability, 'kind' | 'object'>): string | undefined {
  const name = kindNames.get(kind);
  if (name === undefined) return undefined;
  const declared = name === 'AddressSpace' ? 0 : names[sections[name]].length;
  return object >= declared ? makers[name] : undefined;
}

/** What a capability is to and allows, as people read it. */
function capabilityName(declared: Declared, held: Pick<LiveCapability, 'kind' | 'object' | 'rights'>) {
  const { names, graph } = declared;
  const kind = kindNames.get(held.kind);
  if (kind === undefined) return `kind ${held.kind}`;
  const name = kind === 'AddressSpace' ? undefined : names[sections[kind]][held.object];
  const spoken = name && 'interface' in name ? graph.interfaces.find((one) => one.name === name.interface) : undefined;
  // An endpoint made at run time speaks whatever its maker has it speak.
  const shown =
    kind === 'Endpoint' && spoken
      ? endpointRights(held.rights, spoken)
      : { kind, rights: kernelRights(kind, held.rights) };
  const isMade = makerOf(declared, held) !== undefined;
  const made = kind === 'AddressSpace' ? `process ${held.object}` : madeNames[kind];
  const to = isMade && made !== undefined ? made : (name?.path ?? `${kind} ${held.object}`);
  return `${shown.kind} { ${shown.rights.join(', ') || 'nothing'} } on ${to}`;
}

class Comparer {
  readonly #declared: Declared;
  readonly #census: Census;
  readonly #authority: Authority;
  /** What the table gives for each grant, by component and need. */
  readonly #granted = new Map<string, DeclaredCapability>();
  /** By number of a component or address space. */
  readonly #held: ReadonlyMap<number, readonly LiveCapability[]>;
  readonly #mapped: ReadonlyMap<number, readonly LiveMapping[]>;
  /** Component that made an address space, by its number among them: the capability stays in its table. */
  readonly #makers = new Map<number, number>();
  readonly #drift: Drift[] = [];

  constructor(declared: Declared, census: Census) {
    this.#declared = declared;
    this.#census = census;
    this.#authority = Authority.of(declared.graph);
    this.#held = byHolder(census.capabilities);
    this.#mapped = byHolder(census.mappings);
    for (const { kind, holder, object, parent } of census.capabilities)
      if (kind === kinds.AddressSpace.code && !parent) this.#makers.set(object, holder);
    for (const component of declared.components)
      for (const one of component.capabilities) this.#granted.set(`${one.edge.subject} ${one.edge.need}`, one);
  }

  run(): Comparison {
    const { graph, components } = this.#declared;
    for (const [index, component] of components.entries()) {
      this.#component(component, index);
      const held = this.#held.get(index) ?? [];
      this.#capabilities(component, held);
      for (const found of compareMemory(this.#declared, component, this.#mapped.get(index) ?? [], held))
        this.#drift.push({ component: component.path, ...found });
    }
    for (const space of this.#census.spaces) this.#process(space);
    const known = new Set([...components.keys(), ...this.#census.spaces.map(({ holder }) => holder)]);
    const told = [...this.#census.components.map(({ index }) => index), ...this.#held.keys(), ...this.#mapped.keys()];
    for (const holder of new Set(told.filter((one) => !known.has(one))))
      this.#drift.push({
        verdict: 'beyond',
        component: graph.system,
        text: `component ${holder}, which no one declared`,
        source: graph.source,
      });
    return {
      held: this.#census.capabilities.length,
      declared: components.reduce((sum, { capabilities }) => sum + capabilities.length, 0),
      drift: this.#drift,
    };
  }

  /** A process is its maker’s: what is there, the maker must be able to have. */
  #process({ holder, space }: LiveSpace): void {
    const { graph, components } = this.#declared;
    const held = this.#held.get(holder) ?? [];
    const mapped = this.#mapped.get(holder) ?? [];
    if (held.length === 0 && mapped.length === 0) return;
    const maker = this.#makers.get(space);
    const component = maker === undefined ? undefined : components[maker];
    if (maker === undefined || !component) {
      const text = 'a process that nobody made';
      const { system, source } = graph;
      this.#drift.push({ verdict: 'beyond', component: system, process: space, text, source });
      return;
    }
    for (const live of held) this.#extra(component, live, space);
    const found = compareProcessMemory(this.#declared, mapped, held, this.#mapped.get(maker) ?? []);
    const { path, source } = component;
    for (const one of found) this.#drift.push({ component: path, process: space, ...one, source });
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

  /** A capability that the table does not give: derived, passed on, made of a pool, or put there by who made the process. */
  #extra(component: DeclaredComponent, live: LiveCapability, process?: number): void {
    const name = capabilityName(this.#declared, live);
    const origin = live.parent && this.#holderName(live.parent.holder);
    const own = live.parent?.holder === live.holder;
    const from = !origin ? '' : own ? ', which it derived itself' : `, from ${origin}`;
    const maker = makerOf(this.#declared, live);
    // Memory of a pool can be passed with messages; what else was made stays with its maker.
    const travels = live.kind === kinds.SharedRegion.code;
    const holdings = live.parent || maker !== undefined ? this.#authority.holdings(component.path) : [];
    const reaches = holdings.find(({ edge }) => {
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
    this.#drift.push({
      verdict: reaches ? 'within' : 'beyond',
      component: component.path,
      ...(process === undefined ? {} : { process }),
      text: `${name}${from}`,
      source: reaches?.edge.source ?? component.source,
    });
  }

  /** Path of a component, or of the one that made a process. */
  #holderName(holder: number): string | undefined {
    const { components } = this.#declared;
    const space = this.#census.spaces.find((one) => one.holder === holder)?.space;
    if (space === undefined) return components[holder]?.path;
    const maker = this.#makers.get(space);
    return maker === undefined ? undefined : `process ${space} of ${components[maker]?.path}`;
  }
}

function byHolder<T extends { readonly holder: number }>(all: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const lists = new Map<number, T[]>();
  for (const one of all) {
    const list = lists.get(one.holder);
    if (list) list.push(one);
    else lists.set(one.holder, [one]);
  }
  return lists;
}

/** Compares what a census tells with what an image declares. */
export function compareSystems(declared: Declared, census: Census): Comparison {
  return new Comparer(declared, census).run();
}
