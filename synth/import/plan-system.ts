/** Turns a system description into constructs of ours. */
import type { ChannelEnd, ProtectionDomain, RegionMap, SetVariable, SystemDescription } from './description.js';
import { camelCase, constructId, Names, pascalCase, reservedWords, snakeCase } from './names.js';
import {
  narrow,
  type Plan,
  type PlannedComponent,
  type PlannedInterface,
  type PlannedNeed,
  type PlannedObject,
} from './plan.js';

/** A kind of object that a memory region becomes. */
type RegionKind = 'SharedRegion' | 'Mmio' | 'Dma';

interface Server {
  readonly interface: PlannedInterface;
  readonly endpoint: string;
}

const mebibyte = 1024 ** 2;
/** Bytes as the definition writes them. */
export function sizeExpression(bytes: number): string {
  if (bytes % mebibyte === 0) return `MiB(${bytes / mebibyte})`;
  return bytes % 1024 === 0 ? `KiB(${bytes / 1024})` : String(bytes);
}

const hex = (value: number): string => `0x${value.toString(16)}`;

const learned = (variables: readonly SetVariable[], what: string): string[] =>
  variables.map(({ symbol, of }) => `\`${symbol}\` (${of}) is no longer set: ${what}`);

class Planner {
  readonly #description: SystemDescription;
  readonly #ids = new Names(['power', 'normal', 'dma', 'high'], '-');
  readonly #variables = new Names(reservedWords, '');
  readonly #interfaceNames = new Names(['Console'], '');
  readonly #objects: PlannedObject[] = [];
  readonly #componentIds: ReadonlyMap<string, string>;
  readonly #signals = new Map<string, string>();
  readonly #servers = new Map<string, Server>();
  readonly #regions = new Map<string, { readonly variable: string; readonly kind: RegionKind }>();

  constructor(description: SystemDescription) {
    this.#description = description;
    this.#componentIds = new Map(
      description.domains.map(({ name }) => [name, this.#ids.take(constructId(name))] as const),
    );
  }

  plan(id: string, file: string): Plan {
    const { domains, regions } = this.#description;
    for (const domain of domains) this.#signalsOf(domain);
    for (const domain of domains) this.#serverOf(domain);
    for (const region of regions) this.#region(region.name);
    const components = domains.map((domain) => this.#component(domain));
    const memory = regions.reduce((sum, { size, physical }) => sum + (physical === undefined ? size : 0), 0);
    let machine = 64 * mebibyte;
    while (machine < memory * 2) machine *= 2;
    return {
      id,
      file,
      memory: machine,
      interfaces: [...this.#servers.values()].map((server) => server.interface),
      objects: this.#objects,
      components,
    };
  }

  /** Ends of channels at a domain, each with its other end. */
  #channels(domain: string): { readonly own: ChannelEnd; readonly other: ChannelEnd }[] {
    return this.#description.channels.flatMap(({ ends: [one, other] }) => {
      if (one.domain === domain) return [{ own: one, other }];
      return other.domain === domain ? [{ own: other, other: one }] : [];
    });
  }

  #object(object: Omit<PlannedObject, 'variable' | 'id'>, ...wishes: [string, ...string[]]): string {
    const ids = wishes.map(constructId) as [string, ...string[]];
    const id = this.#ids.take(...ids);
    const variable = this.#variables.take(camelCase(id), `${camelCase(id)}${object.type}`);
    this.#objects.push({ ...object, id, variable });
    return variable;
  }

  /** The notification that stands for all channels and interrupts that can wake a domain. */
  #signalsOf({ name, irqs }: ProtectionDomain): void {
    const senders = this.#channels(name).filter(({ other }) => other.notifies);
    if (senders.length + irqs.length === 0) return;
    const bits = [
      ...senders.map(({ own, other }) => ({ id: own.id, text: `bit ${own.id} from ${other.domain}` })),
      ...irqs.map(({ id, number }) => ({ id, text: `bit ${id} from interrupt ${number}` })),
    ].sort((a, b) => a.id - b.id);
    const notes = [`Wakes ${name}: ${bits.map(({ text }) => text).join(', ')}.`];
    if (senders.length > 0 && bits.length > 1)
      notes.push(
        `${narrow} who may signal may set every bit, also those of the others. Where that matters, give the sender a notification of its own.`,
      );
    const variable = this.#object({ type: 'Notification', props: [], notes }, `${name}-signals`);
    this.#signals.set(name, variable);
  }

  /** The endpoint of a domain that is called, or that is told of its children's faults. */
  #serverOf({ name, children }: ProtectionDomain): void {
    const callers = this.#channels(name).filter(({ other }) => other.calls);
    if (callers.length + children.length === 0) return;
    const own = this.#interfaceNames.take(pascalCase(name));
    const variable = this.#variables.take(own, `${own}Interface`);
    const notes =
      callers.length > 0
        ? [
            `The protected procedures of ${name}. A message of more than 64 bytes goes through memory, which takes longer.`,
            `${narrow} ${callers.map(({ other }) => other.domain).join(', ')} may call every procedure. Write a method for each procedure, and grant each client only its own.`,
          ]
        : [`${name} is told of faults here; nobody holds the right to call it.`];
    const signals = this.#signals.get(name);
    const endpoint = this.#object(
      {
        type: 'Endpoint',
        props: [['interface', variable], ...(signals === undefined ? [] : ([['notification', signals]] as const))],
        notes: [],
      },
      `${name}-requests`,
    );
    this.#servers.set(name, { interface: { variable, name: own, notes }, endpoint });
  }

  #region(name: string): void {
    const region = this.#description.regions.find((one) => one.name === name);
    if (region === undefined) return;
    const maps = this.#description.domains.flatMap((domain) =>
      domain.maps.filter((map) => map.region === name).map((map) => ({ domain: domain.name, map })),
    );
    const users = [...new Set(maps.map(({ domain }) => domain))];
    const writers = [...new Set(maps.filter(({ map }) => map.write).map(({ domain }) => domain))];
    const learners = this.#description.domains.filter(({ physical }) => physical.some((one) => one.region === name));
    const kind: RegionKind = region.physical !== undefined ? 'Mmio' : learners.length > 0 ? 'Dma' : 'SharedRegion';
    const notes: string[] = [];
    if (kind === 'Mmio' && users.length > 1)
      notes.push(
        `${narrow} ${users.join(', ')} map these registers. They have one owner here: choose it, and let the others ask it.`,
      );
    if (kind === 'Mmio' && maps.some(({ map }) => map.cached))
      notes.push(
        'It was mapped cached; registers are uncached here. Where it is memory and no device, make it a SharedRegion.',
      );
    if (kind === 'SharedRegion' && users.length === 1)
      notes.push(
        `${narrow} only ${users[0]} maps it. Memory of one component can be part of its program; then nothing is granted.`,
      );
    if (users.length === 0) notes.push(`${narrow} nobody maps it. Remove it, unless a program is to have it.`);
    if (kind !== 'Mmio' && writers.length > 1)
      notes.push(`${narrow} ${writers.join(', ')} may all write it. Let one write and the others read.`);
    const props: [string, string][] = [['size', sizeExpression(region.size)]];
    if (region.physical !== undefined) props.unshift(['address', hex(region.physical)]);
    const variable = this.#object({ type: kind, props, notes }, name, `${name}-region`);
    this.#regions.set(name, { variable, kind });
  }

  #component(domain: ProtectionDomain): PlannedComponent {
    const { name } = domain;
    const needs = [
      ...this.#ownNeeds(domain),
      ...this.#channelNeeds(domain),
      ...this.#regionNeeds(domain),
      ...this.#deviceNeeds(domain),
    ];
    const taken = new Names([], '_');
    const works = needs.some(({ kind }) => ['Interrupt', 'IoPorts', 'Mmio'].includes(kind));
    const parent = domain.parent === undefined ? undefined : this.#servers.get(domain.parent);
    const notes: string[] = [];
    if (domain.dropped.length > 0) notes.push(`Not carried over: ${domain.dropped.join(', ')}.`);
    for (const child of domain.children)
      notes.push(
        ...learned(child.variables, `a fault says by its badge that ${child.name} is meant`).map((text) => `${text}.`),
      );
    const id = this.#componentIds.get(name) ?? constructId(name);
    return {
      id,
      variable: this.#variables.take(camelCase(`${name}-program`)),
      type: works ? 'Driver' : this.#servers.has(name) ? 'Service' : 'Component',
      program: name,
      file: domain.image,
      scheduling: this.#scheduling(domain.priority),
      stack: domain.stack,
      supervisor: parent?.endpoint,
      needs: needs.map((need) => ({ ...need, name: taken.take(need.name) })),
      notes,
    };
  }

  /** Its own receiving ends. Signals that are bound to its endpoint arrive there. */
  *#ownNeeds({ name, line }: ProtectionDomain): Generator<PlannedNeed> {
    const server = this.#servers.get(name);
    const signals = this.#signals.get(name);
    if (server) {
      const kind = `Server<${server.interface.name}>`;
      yield { name: 'requests', kind, rights: ['call'], line, object: server.endpoint, method: 'serve', notes: [] };
    } else if (signals !== undefined) {
      const rights = ['wait'];
      yield { name: 'signals', kind: 'Notification', rights, line, object: signals, method: 'grant', notes: [] };
    }
  }

  *#channelNeeds({ name }: ProtectionDomain): Generator<PlannedNeed> {
    const channels = this.#channels(name);
    const peers = [...new Set(channels.map(({ other }) => other.domain))];
    for (const peer of peers) {
      const between = channels.filter(({ other }) => other.domain === peer);
      const [calling] = between.filter(({ own }) => own.calls);
      const server = this.#servers.get(peer);
      if (calling && server)
        yield {
          name: snakeCase(`call-${peer}`),
          kind: server.interface.name,
          rights: ['call'],
          line: calling.own.line,
          object: server.endpoint,
          method: 'grant',
          notes: learned(calling.own.variables, 'the need is the channel'),
        };
      const notifying = between.filter(({ own }) => own.notifies);
      const [first] = notifying;
      const signals = this.#signals.get(peer);
      if (!first || signals === undefined) continue;
      const notes = notifying
        .filter(({ own }) => !own.stated)
        .map(
          ({ own }) =>
            `${narrow} the channel (line ${own.line}) does not say notify, which lets ${name} signal ${peer}. If it never does, remove this need, and write notify="false" there.`,
        );
      notes.push(`Signal bit ${notifying.map(({ other }) => other.id).join(' or ')}.`);
      if (!calling) notes.push(...learned(first.own.variables, 'the need is the channel'));
      yield {
        name: snakeCase(`notify-${peer}`),
        kind: 'Notification',
        rights: ['signal'],
        line: first.own.line,
        object: signals,
        method: 'grant',
        notes,
      };
    }
  }

  *#regionNeeds(domain: ProtectionDomain): Generator<PlannedNeed> {
    const mapped = new Map<string, RegionMap[]>();
    for (const map of domain.maps) mapped.set(map.region, [...(mapped.get(map.region) ?? []), map]);
    for (const { region } of domain.physical) if (!mapped.has(region)) mapped.set(region, []);
    for (const [name, maps] of mapped) {
      const region = this.#regions.get(name);
      if (region === undefined) continue;
      const setters = domain.physical.filter((one) => one.region === name);
      const write = maps.some((map) => map.write);
      const notes = maps
        .filter(({ stated }) => !stated)
        .map(
          ({ line }) =>
            `${narrow} the map (line ${line}) does not say perms, which allows reading and writing. If ${domain.name} only reads, grant 'read'.`,
        );
      if (maps.some(({ execute }) => execute))
        notes.push('It was mapped executable, which no region is here: code belongs into the program.');
      if (maps.length > 1) notes.push(`It was mapped ${maps.length} times, and is once here.`);
      if (maps.length === 0)
        notes.push(
          `${narrow} ${domain.name} does not map it, and only learns its physical address, which takes 'read' here.`,
        );
      notes.push(
        ...learned(
          maps.flatMap(({ variables }) => variables),
          'the need has address and size',
        ),
      );
      notes.push(
        ...setters.map(
          ({ symbol }) => `\`${symbol}\` (region_paddr) is no longer set: the need has the physical address`,
        ),
      );
      yield {
        name: snakeCase(name),
        kind: region.kind,
        rights: write ? ['read', 'write'] : ['read'],
        line: maps[0]?.line ?? setters[0]?.line ?? domain.line,
        object: region.variable,
        method: 'grant',
        notes,
      };
    }
  }

  *#deviceNeeds({ name, irqs, ports }: ProtectionDomain): Generator<PlannedNeed> {
    const signals = this.#signals.get(name);
    for (const { number, id, trigger, low, line, variables } of irqs) {
      const object = this.#object(
        {
          type: 'Interrupt',
          props: [
            ['line', String(number)],
            ['notification', signals ?? ''],
            ['bit', String(id)],
            ['trigger', `'${trigger}'`],
          ],
          notes: low ? ['It was of low polarity; see that the machine agrees.'] : [],
        },
        `irq-${number}`,
      );
      const notes = learned(variables, `it is bit ${id} of the signals`);
      const rights = ['acknowledge'];
      yield { name: `irq_${number}`, kind: 'Interrupt', rights, line, object, method: 'grant', notes };
    }
    for (const { first, count, line, variables } of ports) {
      const props = [
        ['first', hex(first)],
        ['count', String(count)],
      ] as const;
      const object = this.#object({ type: 'IoPorts', props, notes: [] }, `ports-${first.toString(16)}`);
      yield {
        name: `ports_${first.toString(16)}`,
        kind: 'IoPorts',
        rights: ['read', 'write'],
        line,
        object,
        method: 'grant',
        notes: [
          `${narrow} Microkit always allows both. If ${name} only reads or only writes these ports, grant that alone.`,
          ...learned(variables, 'the need has the ports'),
        ],
      };
    }
  }

  /** The same order of urgency: there the highest number comes first, here the lowest. */
  #scheduling(priority: number): string {
    const used = [...new Set(this.#description.domains.map((domain) => domain.priority))].sort((a, b) => b - a);
    const level = Math.min(100 + used.indexOf(priority), 199);
    return level < 140 ? `interactive(${level})` : `batch(${level})`;
  }
}

/**
 * What a description becomes.
 *
 * @param id of the system
 * @param file name of the description, for sources
 */
export function planSystem(description: SystemDescription, id: string, file: string): Plan {
  return new Planner(description).plan(constructId(id), file);
}
