import { expect, test } from 'vitest';
import { canonicalGraph, graphDigest } from '../../constructs/graph/index.js';
import { header, sections, tableMagic } from '../../kernel/abi/index.js';
import { recordLayout } from '../../kernel/abi/record-layout.js';
import { edge, node, sample } from '../check/fixture.js';
import { readElf } from '../elf/index.js';
import { ToolError } from '../findings/index.js';
import { kernelFile } from '../image/fixture.js';
import { buildImage } from '../image/index.js';
import { encodeTable, type Layout, layOut } from '../layout/index.js';
import { inspectImage } from './index.js';

const system = sample();
const headerSize = recordLayout(header).size;
const layout = layOut(system.graph, system.natives);
const image = buildImage(kernelFile(), encodeTable(layout));

/** Where a field of a record is in the image. */
function place(of: Layout, section: keyof typeof sections, index: number, field: string): number {
  const start = readElf(image).segments.find(
    ({ data }) => new DataView(data.buffer, data.byteOffset).getBigUint64(0, true) === tableMagic,
  );
  if (!start) throw new Error('no table');
  const names = Object.keys(sections) as (keyof typeof sections)[];
  let offset = start.offset + headerSize + 8 * names.length;
  for (const name of names) {
    const { size, offsets } = recordLayout(sections[name]);
    if (name === section) return offset + index * size + (offsets[field]?.offset ?? 0);
    offset += of.sections[name].length * size;
  }
  throw new Error(section);
}

function changed(
  section: keyof typeof sections,
  index: number,
  field: string,
  change: (value: number) => number,
): Uint8Array {
  const copy = image.slice();
  const at = place(layout, section, index, field);
  const view = new DataView(copy.buffer);
  const type = recordLayout(sections[section]).offsets[field]?.type;
  if (type === 'u16') view.setUint16(at, change(view.getUint16(at, true)), true);
  else view.setUint32(at, change(view.getUint32(at, true)), true);
  return copy;
}

function refusal(bytes: Uint8Array): string {
  try {
    inspectImage(bytes, 'image.elf');
  } catch (error) {
    if (error instanceof ToolError) return `${error.finding.code} ${error.message}`;
    throw error;
  }
  return 'none';
}

/** Number of a grant’s capability in the table. */
function capability(subject: string, need: string): number {
  const component = layout.annotation.components.findIndex(({ path }) => path === subject);
  const name = layout.annotation.components[component]?.program;
  const slot =
    layout.annotation.programs.find((one) => one.name === name)?.needs.findIndex((one) => one.name === need) ?? 0;
  return (layout.sections.components[component]?.first_capability ?? 0) + slot;
}

test('an image decodes to the graph that it was made from', () => {
  const inspected = inspectImage(image);
  expect(inspected.graph).toEqual(canonicalGraph(system.graph));
  expect(inspected.intact).toBe(true);
  expect(inspected.stated).toBe(graphDigest(system.graph).slice(0, 16));
});

test('which cores there are for whom is in the image', () => {
  const of = sample();
  of.graph.machine.cores = 4;
  node(of, 'shop/web', 'Component').core = 3;
  const makes = { endpoints: 0, notifications: 1, spaces: 2, threads: 3 };
  const { zone } = node(of, 'shop/web', 'Component');
  const source = { file: 'main.ts', line: 99 };
  const pool = { type: 'MemoryPool' as const, path: 'shop/pool', source, size: 4096, regions: 1, zone, makes };
  of.graph.nodes.push({ ...pool, cores: [1, 3] });
  const { graph } = inspectImage(buildImage(kernelFile(), encodeTable(layOut(of.graph, of.natives))), 'image.elf');
  expect(graph).toEqual(canonicalGraph(of.graph));
});

test('where memory is to come from is in the image', () => {
  const of = sample();
  of.graph.aslr = 'another deployment';
  for (const one of of.graph.nodes) if (one.type === 'MemoryZone') one.numaNode = 5;
  const { graph } = inspectImage(buildImage(kernelFile(), encodeTable(layOut(of.graph, of.natives))), 'image.elf');
  expect(graph).toEqual(canonicalGraph(of.graph));
});

test('every change of authority in the table shows in the graph', () => {
  const differs = (bytes: Uint8Array, change: (changed: ReturnType<typeof sample>) => void): void => {
    const expected = sample();
    change(expected);
    const inspected = inspectImage(bytes);
    expect(inspected.graph).toEqual(canonicalGraph(expected.graph));
    expect(inspected.intact).toBe(false);
  };
  const files = capability('shop/web', 'files');
  differs(
    changed('capabilities', files, 'rights', (rights) => rights ^ (1 << 4)),
    (one) => {
      edge(one, 'shop/web', 'files').rights = ['read'];
    },
  );
  differs(
    changed('capabilities', files, 'rights', (rights) => rights ^ (1 << 1) ^ (1 << 6)),
    (one) => {
      edge(one, 'shop/web', 'files').rights.push('write');
    },
  );
  differs(
    changed('capabilities', files, 'rights', (rights) => rights ^ (1 << 3)),
    (one) => {
      edge(one, 'shop/web', 'files').rights.push('delegate');
    },
  );
  differs(
    changed('capabilities', files, 'rights', (rights) => rights ^ (1 << 2)),
    (one) => {
      Object.assign(edge(one, 'shop/web', 'files'), { rights: [] });
    },
  );
  differs(
    changed('capabilities', capability('shop/web', 'power'), 'rights', () => 3),
    (one) => {
      edge(one, 'shop/web', 'power').rights = ['off', 'reset'];
    },
  );
  differs(
    changed('capabilities', capability('shop/driver', 'fired'), 'object', (index) => index ^ 1),
    (one) => {
      edge(one, 'shop/driver', 'fired').object = 'shop/wake';
    },
  );
  differs(
    changed('components', 0, 'priority', () => 99),
    (one) => {
      node(one, 'shop/driver', 'Component').priority = 99;
    },
  );
  differs(
    changed('interrupts', 1, 'line', () => 40),
    (one) => {
      node(one, 'shop/irq', 'Interrupt').line = 40;
    },
  );
  differs(
    changed('timers', 0, 'notification', (index) => index ^ 1),
    (one) => {
      node(one, 'shop/timeout', 'Timer').notification = 'shop/wake';
    },
  );
  differs(
    changed('zones', 1, 'pages', (pages) => pages + 1),
    (one) => {
      node(one, 'shop/normal', 'MemoryZone').size += 4096;
    },
  );
});

test('a mapping that allows more than its capability is authority too', () => {
  const reader = layout.sections.components[1];
  const mapping = layout.sections.mappings.findIndex(
    ({ source }, index) => source === 2 && index >= (reader?.first_mapping ?? 0),
  );
  const inspected = inspectImage(changed('mappings', mapping, 'flags', (flags) => flags | 2));
  expect(
    inspected.graph.edges.find(({ subject, need }) => subject === 'shop/reader' && need === 'area')?.rights,
  ).toEqual(['read', 'write']);
});

test('what is no image of ours is refused with a reason', () => {
  expect(refusal(new TextEncoder().encode('hello'))).toBe(
    'VRD0501 image.elf cannot be read: it is no ELF file: it starts with 68 65 6c 6c',
  );
  expect(refusal(kernelFile())).toBe('VRD0501 image.elf cannot be read: there is no init capability table in it');
  expect(refusal(image.subarray(0, image.length - 4096))).toMatch(/^VRD0503 image.elf cannot be read: it is cut off/);
  const other = image.slice();
  const magic = place(layout, 'zones', 0, 'kind') - headerSize - 8 * Object.keys(sections).length;
  other[magic + 8] = (other[magic + 8] ?? 0) ^ 0xff;
  expect(refusal(other)).toMatch(
    /^VRD0502 image.elf cannot be read: its ABI is [0-9a-f]{8}, this Veridian’s is [0-9a-f]{8}$/,
  );
  expect(refusal(changed('capabilities', 0, 'object', () => 77))).toBe(
    'VRD0503 image.elf cannot be read: capabilities[0].object: endpoints has no record 77',
  );
});

test('an optional need that is left out has no slot, and the others keep their places', () => {
  const without = sample();
  const program = without.graph.programs.find(({ name }) => name === 'web');
  if (!program) throw new Error('the sample has web');
  for (const need of program.needs) if (need.name === 'area') need.optional = true;
  without.graph.edges = without.graph.edges.filter((one) => one.subject !== 'shop/web' || one.need !== 'area');
  const made = layOut(without.graph, without.natives);
  const { graph } = inspectImage(buildImage(kernelFile(), encodeTable(made)), 'image.elf');
  expect(graph).toEqual(canonicalGraph(without.graph));
  const component = made.annotation.components.findIndex(({ path }) => path === 'shop/web');
  const {
    startup,
    first_mapping: first = 0,
    mappings = 0,
    first_capability: at = 0,
    capabilities = 0,
  } = made.sections.components[component] ?? {};
  const slots = made.sections.capabilities.slice(at, at + capabilities).map(({ slot }) => slot);
  expect(slots).toEqual([0, 1, 2]);
  const block = made.sections.mappings.slice(first, first + mappings).find(({ address }) => address === startup);
  const view = new DataView(encodeTable(made).buffer, Number(block?.offset));
  expect(view.getBigUint64(0, true)).toBe(4n);
  const tokens = [0, 1, 2, 3].map((need) => Number(view.getBigUint64(32 + need * 32, true) & 0xffff_ffffn));
  expect([tokens, view.getBigUint64(32 + 32, true)]).toEqual([[0, 0, 1, 2], 0n]);
});
