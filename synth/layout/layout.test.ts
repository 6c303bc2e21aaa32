import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeToken, kinds, limits, sections } from '../../kernel/abi/index.js';
import { edge, files, needsOf, node, programFile, sample } from '../check/fixture.js';
import { parseProgram } from '../programs/index.js';
import {
  codec,
  decodeTable,
  encodeTable,
  endpointMask,
  endpointRights,
  layOut,
  privateBytes,
  type SectionRecord,
  TableError,
} from './index.js';

const build = (change: (system: ReturnType<typeof sample>) => void = () => {}) => {
  const system = sample();
  change(system);
  return { ...system, layout: layOut(system.graph, system.natives) };
};

const mappingsOf = (mappings: readonly SectionRecord<'mappings'>[], component: SectionRecord<'components'>) =>
  mappings.slice(component.first_mapping, component.first_mapping + component.mappings);

test('slots are the needs of the program’s own order, badges count the clients of an endpoint', () => {
  const { layout } = build();
  const { components, capabilities } = layout.sections;
  expect(layout.annotation.components.map(({ path }) => path)).toEqual(['shop/driver', 'shop/reader', 'shop/web']);
  const [driver, reader, web] = components.map(({ first_capability: first, capabilities: count }) =>
    capabilities.slice(first, first + count),
  );
  expect(driver?.map(({ kind, rights }) => [kind, rights])).toEqual([
    [kinds.Endpoint.code, 0b0111_0001],
    [kinds.Mmio.code, 3],
    [kinds.IoPorts.code, 3],
    [kinds.Interrupt.code, 1],
    [kinds.Dma.code, 3],
    [kinds.Notification.code, 2],
    [kinds.Timer.code, 1],
  ]);
  // `write` is one-way and so is sent; `open` and `read` are called.
  expect(reader?.[0]).toMatchObject({ slot: 0, badge: 1, rights: 0b0100_1010 });
  expect(web?.[0]).toMatchObject({ slot: 0, badge: 2, rights: 0b0011_0100 });
  expect(components.map(({ slots }) => slots)).toEqual([23, 18, 20]);
  expect(components[2]?.supervisor).toBe(0);
  expect(components[2]?.badge).toBe(0x8000_0002);
});

test('the startup block has the token, place and size of each need', () => {
  const { layout } = build();
  const bytes = encodeTable(layout);
  const [driver] = layout.sections.components;
  const own = driver ? mappingsOf(layout.sections.mappings, driver) : [];
  const startup = own.find(({ address }) => address === driver?.startup);
  const registers = own.find(({ source }) => source === Number(limits.SOURCE_MMIO))?.address ?? 0n;
  if (!driver || !startup) throw new Error('no driver');
  const view = new DataView(bytes.buffer, Number(startup.offset));
  expect(view.getBigUint64(0, true)).toBe(7n);
  const needs = Array.from({ length: 7 }, (_, index) =>
    [0, 8, 16].map((field) => view.getBigUint64(32 + index * 32 + field, true)),
  );
  expect(needs.map(([token = 0n]) => decodeToken(token))).toEqual([
    { slot: 0, generation: 1, rights: 0x71 },
    { slot: 1, generation: 1, rights: 3 },
    { slot: 2, generation: 1, rights: 3 },
    { slot: 3, generation: 1, rights: 1 },
    { slot: 4, generation: 1, rights: 3 },
    { slot: 5, generation: 1, rights: 2 },
    { slot: 6, generation: 1, rights: 1 },
  ]);
  expect(needs.map(([, address, size]) => [address, size])).toEqual([
    [0n, 0n],
    [registers, 4096n],
    [0n, 8n],
    [0n, 0n],
    [registers + 0x2000n, 16384n],
    [0n, 0n],
    [0n, 0n],
  ]);
});

test('devices stand in the order of their numbers, as the kernel asks', () => {
  const { sections: found } = build().layout;
  expect(found.interrupts.map(({ line }) => line)).toEqual([4, 33]);
  expect(found.interrupts.map(({ bits }) => bits)).toEqual([1n, 1n << 63n]);
  expect(found.timers.map(({ bits }) => bits)).toEqual([1n << 62n]);
  expect(found.ports.map(({ first }) => first)).toEqual([0x3f8, 0x400]);
});

test('private memory is what the zone check counts', () => {
  const { layout, natives } = build();
  const image = Number(limits.SOURCE_IMAGE);
  const zero = Number(limits.SOURCE_ZERO);
  const [driver] = layout.sections.components;
  const elf = natives.get('driver')?.elf;
  if (!driver || !elf) throw new Error('no driver');
  const pages = mappingsOf(layout.sections.mappings, driver)
    .filter(({ source, flags }) => source === zero || (source === image && (flags & Number(limits.MAP_WRITE)) !== 0))
    .reduce((sum, mapping) => sum + mapping.pages, 0);
  expect(pages * 4096).toBe(privateBytes(elf, 4096) + 65536);
});

test('a machine with larger pages is laid out in these', () => {
  const { layout } = build(({ graph, natives }) => {
    graph.machine.arch = 'aarch64';
    graph.machine.options = { granule: '64K' };
    graph.aslr = false;
    for (const one of graph.nodes) {
      if (one.type === 'Mmio') one.address = 0x900_0000;
      if ('size' in one) one.size = Math.ceil(one.size / 65536) * 65536;
    }
    const data = new TextEncoder().encode('constant');
    const segments = [
      { address: 0x40_0000n, data: new Uint8Array(0x1234), flags: 'rx' },
      { address: 0x41_1234n, data, flags: 'r' },
      { address: 0x42_1240n, data, memorySize: 0x1_0000n, flags: 'rw' },
    ];
    for (const [name, needs] of Object.entries(needsOf))
      natives.set(name, parseProgram(programFile(name, needs, segments), 'x86_64', 65536));
  });
  expect(layout.payloadOffset % 65536).toBe(0);
  const bytes = encodeTable(layout);
  expect(decodeTable(bytes)).toMatchObject({ pageSize: 65536, size: bytes.length });
  const [driver] = layout.sections.components;
  if (!driver) throw new Error('no driver');
  const runs = mappingsOf(layout.sections.mappings, driver);
  expect(runs.map(({ address, pages }) => [address, pages])).toEqual([
    [0x40_0000n, 1],
    [0x41_0000n, 1],
    [0x42_0000n, 1],
    [0x43_0000n, 1],
    [0x45_0000n, 1],
    [limits.REGIONS_BASE, 1],
    [limits.REGIONS_BASE + 0x2_0000n, 1],
    [limits.STACK_TOP - 0x1_0000n, 1],
  ]);
  const startup = runs.find(({ address }) => address === driver.startup);
  const view = new DataView(bytes.buffer, Number(startup?.offset));
  expect(view.getBigUint64(8, true)).toBe(65536n);
});

test('whoever holds an end of an interface with long messages has a buffer for them, and is told where', () => {
  const long = build(({ graph }) => {
    graph.interfaces[0]?.methods[0]?.request.splice(0, 1, { name: 'path', value: { type: 'text', max: 300 } });
  });
  const buffers = ({ sections }: typeof long.layout) =>
    sections.components.map((component) =>
      mappingsOf(sections.mappings, component).filter(({ source }) => source === Number(limits.SOURCE_BUFFER)),
    );
  const flags = Number(limits.MAP_READ | limits.MAP_WRITE);
  for (const [buffer, ...more] of buffers(long.layout)) {
    expect(buffer).toMatchObject({ pages: 1, flags });
    expect(more).toEqual([]);
  }
  expect(buffers(build().layout).flat()).toEqual([]);
  const told = ({ layout }: typeof long) => {
    const [first] = layout.sections.components;
    const startup = layout.sections.mappings.find(({ address }) => address === first?.startup);
    return new DataView(encodeTable(layout).buffer, Number(startup?.offset)).getBigUint64(16, true);
  };
  expect([told(long), told(build())]).toEqual([buffers(long.layout)[0]?.[0]?.address, 0n]);
});

test('a table reads back as it was written, and another one does not', () => {
  const { layout } = build();
  const bytes = encodeTable(layout);
  expect(bytes.length % 4096).toBe(0);
  const decoded = decodeTable(bytes);
  expect(decoded.graph.toString(16).padStart(16, '0')).toBe(layout.digest.slice(0, 16));
  const plain = Object.fromEntries(
    Object.entries(decoded.sections).map(([name, records]) => [
      name,
      records.map((record) => Object.fromEntries(Object.entries(record).filter(([field]) => field !== 'reserved'))),
    ]),
  );
  expect(plain).toEqual(layout.sections);
  expect(encodeTable(layOut(sample().graph, sample().natives))).toEqual(bytes);
  expect(() => decodeTable(bytes.subarray(0, 8192))).toThrow(TableError);
  const other = bytes.slice();
  other[8] = (other[8] ?? 0) ^ 1;
  expect(() => decodeTable(other)).toThrow(/^its ABI is/);
});

test('every record survives encoding, whatever its values', () => {
  for (const record of Object.values(sections)) {
    const { size, write, read } = codec(record);
    const values = fc.record(
      Object.fromEntries(
        Object.entries(record.fields).map(([name, { type }]) => [
          name,
          type === 'u64' ? fc.bigInt(0n, 2n ** 64n - 1n) : fc.nat(type === 'u32' ? 0xffff_ffff : 0xffff),
        ]),
      ),
    );
    fc.assert(
      fc.property(values, (value) => {
        const view = new DataView(new ArrayBuffer(size));
        write(view, 0, value);
        expect(read(view, 0)).toEqual(value);
      }),
      { seed: 3, numRuns: 30 },
    );
  }
});

test('rights of an interface survive as bits, on both ends', () => {
  fc.assert(
    fc.property(fc.subarray([...files.rights, 'delegate'], { minLength: 1 }), fc.boolean(), (rights, server) => {
      const kind = server ? 'Server<FileSystem>' : 'FileSystem';
      if (!server && rights.join() === 'delegate') return;
      const decoded = endpointRights(endpointMask(kind, rights, files), files);
      expect(decoded.kind).toBe(kind);
      expect(decoded.rights.toSorted()).toEqual(rights.toSorted());
    }),
    { seed: 5 },
  );
});

test('in any system: no overlap, nothing writable and executable, every reference there', () => {
  fc.assert(
    fc.property(
      fc.record({
        region: fc.integer({ min: 1, max: 300 }),
        stack: fc.integer({ min: 1, max: 64 }),
        write: fc.boolean(),
        extra: fc.integer({ min: 0, max: 20 }),
        priority: fc.integer({ min: 0, max: 99 }),
      }),
      ({ region, stack, write, extra, priority }) => {
        const { layout } = build((system) => {
          node(system, 'shop/area', 'SharedRegion').size = region * 4096;
          Object.assign(node(system, 'shop/driver', 'Component'), { stack: stack * 4096, priority });
          edge(system, 'shop/web', 'area').rights = write ? ['write', 'read'] : ['read'];
          const web = node(system, 'shop/web', 'Component');
          for (let copy = 0; copy < extra; copy += 1) {
            const path = `shop/web-${copy}`;
            system.graph.nodes.push({ ...web, path });
            const own = system.graph.edges.filter(({ subject }) => subject === 'shop/web');
            system.graph.edges.push(...own.map((one) => ({ ...one, subject: path })));
          }
        });
        const { components, mappings, capabilities, ...objects } = layout.sections;
        const counts = { 0: 0, 1: 0, 2: objects.regions.length, 3: objects.dma.length, 4: objects.mmio.length };
        let [nextMapping, nextCapability] = [0, 0];
        for (const component of components) {
          expect(component.first_mapping).toBe(nextMapping);
          expect(component.first_capability).toBe(nextCapability);
          nextMapping += component.mappings;
          nextCapability += component.capabilities;
          let free = limits.USER_BASE;
          for (const mapping of mappingsOf(mappings, component)) {
            expect(mapping.address).toBeGreaterThanOrEqual(free);
            free = mapping.address + BigInt(mapping.pages) * 4096n;
            expect(mapping.flags & 6).not.toBe(6);
            // Registers are never mapped through the cache, and memory always is: no graph can say otherwise.
            expect((mapping.flags & Number(limits.MAP_DEVICE)) !== 0).toBe(
              mapping.source === Number(limits.SOURCE_MMIO),
            );
            if (mapping.source >= 2) expect(mapping.object).toBeLessThan(counts[mapping.source as 2 | 3 | 4]);
            if (mapping.source === 0) {
              expect(mapping.offset).toBeGreaterThanOrEqual(BigInt(layout.payloadOffset));
              expect(mapping.offset + BigInt(mapping.pages) * 4096n).toBeLessThanOrEqual(BigInt(layout.size));
            }
          }
          expect(free).toBe(component.stack);
          expect(free).toBeLessThanOrEqual(limits.STACK_TOP);
        }
        expect(nextMapping).toBe(mappings.length);
        expect(nextCapability).toBe(capabilities.length);
        for (const { rights } of capabilities) expect(rights).toBeGreaterThan(0);
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test('components of one program share what they may not write', () => {
  const twice = (system: ReturnType<typeof sample>) => {
    system.graph.nodes.push({ ...node(system, 'shop/web', 'Component'), path: 'shop/web-two' });
    const own = system.graph.edges.filter(({ subject }) => subject === 'shop/web');
    system.graph.edges.push(...own.map((one) => ({ ...one, subject: 'shop/web-two' })));
  };
  // Each is told in a block of its own where its region is.
  expect(build(twice).layout.payload.length).toBe(build().layout.payload.length + 1);
  const fixed = (change = (_: ReturnType<typeof sample>) => {}) =>
    build((system) => {
      system.graph.aslr = false;
      change(system);
    }).layout;
  expect(fixed(twice).payload.length).toBe(fixed().payload.length);
});
