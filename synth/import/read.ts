/** Reads a Microkit 2.x system description. What it allows is what Microkit's manual says. */
import type {
  Channel,
  ChannelEnd,
  Irq,
  MemoryRegion,
  PortRange,
  ProtectionDomain,
  RegionMap,
  SystemDescription,
} from './description.js';
import { Elements } from './elements.js';
import { ImportError } from './rules.js';
import { parseXml, type XmlElement } from './xml.js';

const channelIds = { from: 0, to: 62 };
const noBudget = 'a schedule by domains has no counterpart';
const topLevel = ['protection_domain', 'memory_region', 'channel'];
const inDomain = ['program_image', 'map', 'irq', 'ioport', 'setvar', 'protection_domain'];

/** Elements that Microkit has and Veridian nothing for. */
const noCounterpart: Readonly<Record<string, string>> = {
  virtual_machine: 'virtual machines have no counterpart',
  cspace: 'a component cannot hold another’s thread or address space',
  io_address_space: 'there is no IOMMU support',
  domains: noBudget,
};

class Reader {
  readonly elements: Elements;
  readonly domains: ProtectionDomain[] = [];
  readonly regions: MemoryRegion[] = [];
  readonly channels: Channel[] = [];

  constructor(file: string) {
    this.elements = new Elements(file);
  }

  system(root: XmlElement): SystemDescription {
    const { elements } = this;
    if (root.name !== 'system') elements.unsupported(root.line, `<${root.name}> is not a system`, 'allowed: <system>');
    else elements.attributes(root, []);
    for (const child of root.name === 'system' ? root.children : []) {
      if (child.name === 'protection_domain') this.#domain(child, undefined);
      else if (child.name === 'memory_region') this.#region(child);
      else if (child.name === 'channel') this.#channel(child);
      else elements.element(child, 'system', topLevel, noCounterpart[child.name]);
    }
    const { domains, regions, channels } = this;
    return { line: root.line, domains, regions, channels };
  }

  #domain(element: XmlElement, parent: string | undefined): void {
    const { elements } = this;
    const name = elements.text(element, 'name');
    const allowed = ['name', 'priority', 'budget', 'period', 'passive', 'stack_size', 'cpu', 'fpu'];
    elements.attributes(element, parent === undefined ? allowed : [...allowed, 'id', 'setvar_id'], {
      smc: 'components cannot call firmware',
      domain: noBudget,
    });
    for (const time of ['budget', 'period']) elements.optionalNumber(element, time, { from: 1 });
    for (const flag of ['passive', 'fpu']) elements.flag(element, flag);
    elements.optionalNumber(element, 'cpu');
    // The order of the file: a parent comes before its children.
    const at = this.domains.length;
    const images = element.children.filter((child) => child.name === 'program_image');
    const [image] = images;
    if (images.length !== 1)
      elements.wrong(
        element.line,
        `protection domain ${name} has ${images.length} program images`,
        'allowed: exactly one <program_image path="…"/>',
      );
    const children: ProtectionDomain['children'][number][] = [];
    const parts = { maps: [] as RegionMap[], irqs: [] as Irq[], ports: [] as PortRange[] };
    const physical: ProtectionDomain['physical'][number][] = [];
    for (const child of element.children) {
      if (child.name === 'program_image') this.#image(child);
      else if (child.name === 'map') parts.maps.push(this.#map(child));
      else if (child.name === 'irq') parts.irqs.push(this.#irq(child));
      else if (child.name === 'ioport') parts.ports.push(this.#ports(child));
      else if (child.name === 'setvar') {
        elements.attributes(child, ['symbol', 'region_paddr']);
        physical.push({
          line: child.line,
          symbol: elements.text(child, 'symbol'),
          region: elements.text(child, 'region_paddr'),
        });
      } else if (child.name === 'protection_domain') {
        children.push({
          name: elements.text(child, 'name'),
          id: elements.number(child, 'id', channelIds),
          variables: elements.variables(child),
        });
      } else elements.element(child, 'protection_domain', inDomain, noCounterpart[child.name]);
    }
    this.domains.splice(at, 0, {
      line: element.line,
      name,
      priority: elements.optionalNumber(element, 'priority', { from: 0, to: 254 }) ?? 0,
      stack: element.attributes.has('stack_size')
        ? elements.pages(element, 'stack_size', { from: 0x1000, to: 0x100_0000 })
        : undefined,
      image: image?.attributes.get('path') ?? '',
      imageLine: image?.line ?? element.line,
      dropped: ['budget', 'period', 'passive', 'cpu', 'fpu'].flatMap((attribute) => {
        const value = element.attributes.get(attribute);
        return value === undefined ? [] : [`${attribute}="${value}"`];
      }),
      ...parts,
      physical,
      parent,
      children,
    });
    for (const child of element.children) if (child.name === 'protection_domain') this.#domain(child, name);
  }

  #image(element: XmlElement): void {
    this.elements.attributes(element, ['path', 'path_for_symbols']);
    this.#empty(element);
    this.elements.text(element, 'path');
  }

  #map(element: XmlElement): RegionMap {
    const { elements } = this;
    elements.attributes(element, [
      'mr',
      'vaddr',
      'perms',
      'cached',
      'setvar_vaddr',
      'setvar_size',
      'setvar_prefill_size',
    ]);
    this.#empty(element);
    const written = element.attributes.get('perms');
    const perms = written ?? 'rw';
    if (!/^[rwx]+$/.test(perms) || new Set(perms).size !== perms.length || perms === 'w')
      elements.wrong(
        element.line,
        `<map perms="${perms}"> are not permissions`,
        'allowed: r, w and x, each at most once, and not w alone',
      );
    return {
      line: element.line,
      region: elements.text(element, 'mr'),
      address: elements.pages(element, 'vaddr'),
      read: perms.includes('r'),
      write: perms.includes('w'),
      execute: perms.includes('x'),
      stated: written !== undefined,
      cached: elements.flag(element, 'cached') ?? true,
      variables: elements.variables(element),
    };
  }

  #irq(element: XmlElement): Irq {
    const { elements } = this;
    const byPin = element.attributes.has('pin');
    const own = byPin ? ['pin', 'vector', 'ioapic', 'polarity'] : ['irq'];
    const message = 'message-signalled interrupts have no counterpart; use a line of the controller (irq, or pin)';
    elements.attributes(element, [...own, 'id', 'trigger', 'setvar_id'], {
      pcidev: message,
      handle: message,
      ...(byPin ? {} : { vector: message }),
    });
    this.#empty(element);
    const ioapic = byPin ? (elements.optionalNumber(element, 'ioapic') ?? 0) : 0;
    if (ioapic !== 0)
      elements.unsupported(element.line, `<irq ioapic="${ioapic}"> cannot be imported`, 'allowed: ioapic 0');
    const messageSignalled = element.attributes.has('pcidev');
    return {
      line: element.line,
      id: elements.number(element, 'id', channelIds),
      number: messageSignalled ? 0 : elements.number(element, byPin ? 'pin' : 'irq', { to: 1023 }),
      trigger: elements.choice(element, 'trigger', ['level', 'edge']) ?? 'level',
      low: byPin && elements.choice(element, 'polarity', ['low', 'high']) === 'low',
      variables: elements.variables(element),
    };
  }

  #ports(element: XmlElement): PortRange {
    const { elements } = this;
    elements.attributes(element, ['id', 'addr', 'size', 'setvar_id', 'setvar_addr']);
    this.#empty(element);
    return {
      line: element.line,
      id: elements.number(element, 'id', channelIds),
      first: elements.number(element, 'addr', { to: 0xffff }),
      count: elements.number(element, 'size', { from: 1, to: 0x1_0000 }),
      variables: elements.variables(element),
    };
  }

  #region(element: XmlElement): void {
    const { elements } = this;
    const contents = 'a region starts with zeroes; keep the data in a program';
    elements.attributes(element, ['name', 'size', 'page_size', 'phys_addr'], {
      prefill_path: contents,
      prefill_bootinfo: contents,
    });
    this.#empty(element);
    elements.optionalNumber(element, 'page_size');
    this.regions.push({
      line: element.line,
      name: elements.text(element, 'name'),
      size: elements.pages(element, 'size', { from: 0x1000 }),
      physical: element.attributes.has('phys_addr') ? elements.pages(element, 'phys_addr') : undefined,
    });
  }

  #channel(element: XmlElement): void {
    const { elements } = this;
    elements.attributes(element, []);
    const ends: ChannelEnd[] = [];
    for (const child of element.children) {
      if (child.name !== 'end') {
        elements.element(child, 'channel', ['end']);
        continue;
      }
      elements.attributes(child, ['pd', 'id', 'pp', 'notify', 'setvar_id']);
      this.#empty(child);
      const notifies = elements.flag(child, 'notify');
      ends.push({
        line: child.line,
        domain: elements.text(child, 'pd'),
        id: elements.number(child, 'id', channelIds),
        calls: elements.flag(child, 'pp') ?? false,
        notifies: notifies ?? true,
        stated: notifies !== undefined,
        variables: elements.variables(child),
      });
    }
    const [one, other] = ends;
    if (one !== undefined && other !== undefined && ends.length === 2)
      this.channels.push({ line: element.line, ends: [one, other] });
    else elements.wrong(element.line, `<channel> has ${ends.length} ends`, 'allowed: exactly two <end pd="…" id="…"/>');
  }

  #empty(element: XmlElement): void {
    for (const child of element.children) this.elements.element(child, element.name, []);
  }
}

/**
 * Reads a system description and checks it in itself.
 *
 * @param file its name, for findings
 * @throws ImportError with everything that is wrong or has no counterpart
 */
export function readDescription(text: string, file: string): SystemDescription {
  const reader = new Reader(file);
  const description = reader.system(parseXml(text, file));
  checkDescription(description, reader.elements);
  if (reader.elements.findings.length > 0)
    throw new ImportError([...reader.elements.findings].sort((a, b) => (a.source?.line ?? 0) - (b.source?.line ?? 0)));
  return description;
}

function unique(named: readonly { readonly name: string; readonly line: number }[], what: string, at: Elements): void {
  const first = new Map<string, number>();
  for (const { name, line } of named) {
    const before = first.get(name);
    if (before === undefined) first.set(name, line);
    else at.wrong(line, `there is already a ${what} ${name}, in line ${before}`, 'allowed: a name that no other has');
  }
}

/** What one element says must fit what the others say. */
function checkDescription({ line, domains, regions, channels }: SystemDescription, at: Elements): void {
  if (domains.length === 0)
    at.wrong(line, 'the system has no protection domain', 'allowed: one <protection_domain> or more');
  unique(domains, 'protection domain', at);
  unique(regions, 'memory region', at);
  const priority = new Map(domains.map((domain) => [domain.name, domain.priority]));
  const known = new Set(regions.map(({ name }) => name));
  const region = (name: string, where: number): void => {
    if (name !== '' && !known.has(name))
      at.wrong(where, `there is no memory region ${name}`, `allowed: ${[...known].join(', ') || 'none is declared'}`);
  };
  const ids = new Map<string, number>();
  const claim = (domain: string, id: number, where: number): void => {
    const before = ids.get(`${domain} ${id}`);
    if (before === undefined) ids.set(`${domain} ${id}`, where);
    else
      at.wrong(
        where,
        `protection domain ${domain} has channel ${id} already, in line ${before}`,
        'allowed: an id that no other channel or interrupt of the domain has',
      );
  };
  for (const domain of domains) {
    for (const map of domain.maps) region(map.region, map.line);
    for (const variable of domain.physical) region(variable.region, variable.line);
    for (const irq of domain.irqs) claim(domain.name, irq.id, irq.line);
  }
  for (const { line: where, ends } of channels) {
    const [one, other] = ends;
    for (const end of ends) {
      if (end.domain !== '' && !priority.has(end.domain))
        at.wrong(
          end.line,
          `there is no protection domain ${end.domain}`,
          `allowed: ${[...priority.keys()].join(', ')}`,
        );
      claim(end.domain, end.id, end.line);
    }
    if (one.domain === other.domain)
      at.wrong(where, `both ends of the channel are ${one.domain}`, 'allowed: two different protection domains');
    if (one.calls && other.calls)
      at.wrong(where, 'both ends of the channel call each other', 'allowed: pp="true" at one end only');
    for (const [caller, callee] of [
      [one, other],
      [other, one],
    ] as const) {
      const [low, high] = [priority.get(caller.domain), priority.get(callee.domain)];
      if (!caller.calls || low === undefined || high === undefined || low < high) continue;
      at.wrong(
        caller.line,
        `${caller.domain} (priority ${low}) calls ${callee.domain} (priority ${high})`,
        'allowed: calls to a protection domain of a higher priority',
      );
    }
  }
}
