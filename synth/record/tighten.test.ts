import { expect, test } from 'vitest';
import { graphVersion, SystemGraph } from '../../constructs/graph/index.js';
import { notes } from '../image/index.js';
import type { Declared } from '../verify/index.js';
import { addRun, tighten, tighteningText } from './index.js';
import { readUses } from './uses.js';

const source = (line: number, file = 'main.ts') => ({ file, line });
const need = (name: string, kind: string, rights: string[], line: number, optional?: true) => ({
  name,
  kind,
  rights,
  source: source(line, 'web.rs'),
  ...(optional ? { optional } : {}),
});
const component = (path: string, program: string) => ({
  type: 'Component' as const,
  role: 'component' as const,
  path,
  program,
  class: 'interactive' as const,
  priority: 120,
  stack: 65536,
  zone: 's/memory',
  source: source(1),
});
const edge = (subject: string, needed: string, object: string, kind: string, rights: string[], line: number) => ({
  subject,
  need: needed,
  object,
  kind,
  rights,
  source: source(line),
});

const disk = {
  name: 'Disk',
  rights: ['read', 'write'],
  methods: [
    { name: 'get', label: 0, right: 'read', oneway: false, request: [], response: [] },
    { name: 'put', label: 70, right: 'write', oneway: false, request: [], response: [] },
  ],
};

/** Two components of one program and one of another, at a disk and a region. */
function graph(file = 'cargo:web'): SystemGraph {
  return SystemGraph.parse({
    schema: graphVersion,
    system: 's',
    source: source(1),
    machine: { name: 'q35', arch: 'x86_64', memory: 1 << 26, cores: 1, source: source(1) },
    interfaces: [disk],
    programs: [
      {
        name: 'web',
        file,
        needs: [
          need('disk', 'Disk', ['read', 'write'], 3),
          need('area', 'SharedRegion', ['read', 'write'], 4),
          need('hint', 'Notification', ['signal'], 5, true),
        ],
      },
      { name: 'store', file: 'cargo:store', needs: [need('requests', 'Server<Disk>', ['read', 'write'], 9)] },
    ],
    nodes: [
      component('s/a', 'web'),
      component('s/b', 'web'),
      component('s/store', 'store'),
      { type: 'Endpoint', path: 's/disk', interface: 'Disk', source: source(2) },
      { type: 'SharedRegion', path: 's/area', size: 4096, zone: 's/memory', source: source(2) },
      { type: 'Notification', path: 's/hint', source: source(2) },
      { type: 'MemoryZone', path: 's/memory', kind: 'normal', size: 1 << 20, source: source(2) },
    ],
    edges: [
      edge('s/a', 'disk', 's/disk', 'Disk', ['read', 'write'], 10),
      edge('s/a', 'area', 's/area', 'SharedRegion', ['read', 'write'], 11),
      edge('s/a', 'hint', 's/hint', 'Notification', ['signal'], 12),
      edge('s/b', 'disk', 's/disk', 'Disk', ['read', 'write'], 20),
      edge('s/b', 'area', 's/area', 'SharedRegion', ['read', 'write'], 21),
      edge('s/store', 'requests', 's/disk', 'Server<Disk>', ['read', 'write'], 30),
    ],
  });
}

const of = { system: 's', machine: 'q35', digest: 'd' };
const run = { ended: 'powered-off', code: 0, milliseconds: 1234 } as const;
const use = (subject: string, needed: string, rights: string[], methods: string[] = []) => ({
  subject,
  need: needed,
  rights,
  methods,
});

test('the kernel’s notes are rights and methods by name', () => {
  const system = graph();
  const components = ['s/a', 's/store'].map((path, index) => ({
    path,
    source: source(1),
    record: { first_capability: index * 3 },
    capabilities: system.edges
      .filter(({ subject }) => subject === path)
      .map((one, slot) => ({ record: { slot }, edge: one })),
    mappings: [],
  }));
  const pages = new Uint8Array(4096);
  const view = new DataView(pages.buffer);
  const note = (capability: number, rights: bigint, labels: bigint): void => {
    view.setBigUint64(notes.first + capability * notes.size, rights, true);
    view.setBigUint64(notes.first + capability * notes.size + 8, labels, true);
  };
  // Called method 0, and one with a label from 63 on; passed a capability. Wrote the region. Received.
  note(0, 0b1100n, (1n << 63n) | 1n);
  note(1, 0b11n, 0n);
  note(3, 0b1n, 0n);
  view.setBigUint64(notes.lost, 4n, true);
  const declared = { graph: system, components } as unknown as Declared;
  expect(readUses(declared, pages)).toEqual({
    uses: [use('s/a', 'disk', ['read', 'write', 'delegate'], ['get', 'put']), use('s/a', 'area', ['read', 'write'])],
    lost: 4,
  });
});

test('what nobody used goes; what another component of the program used does not', () => {
  const uses = [
    use('s/a', 'disk', ['read'], ['get']),
    use('s/a', 'area', ['read', 'write']),
    use('s/b', 'disk', ['read'], ['get']),
    use('s/b', 'area', ['read']),
  ];
  const record = addRun(undefined, of, run, { uses, lost: 0 });
  const found = tighten(graph(), record);
  expect(found).toMatchObject({ grants: 6, used: 1, notJudged: 1 });
  expect(tighteningText(found, record)).toMatchInlineSnapshot(`
    "s on q35, from one recorded run
      powered off with code 0 after 1.2 s
    What they did not do is not in the record: take away only what the system never needs.

    s/a
      disk: Disk { read, write } on s/disk
        used   read, by get
        grant  disk.grant('read')  main.ts:10
        need   Disk { read }  web.rs:3
      hint: Notification { signal } on s/hint
        used   nothing
        grant  take it away  main.ts:12

    s/b
      disk: Disk { read, write } on s/disk
        used   read, by get
        grant  disk.grant('read')  main.ts:20
        need   Disk { read }  web.rs:3
      area: SharedRegion { read, write } on s/area
        used   read
        grant  area.grant('read')  main.ts:21
        need   SharedRegion { read }  web.rs:4
        but    s/a, which runs the same program, used \`write\`: this one would need a program of its own

    s: 6 grants, 1 used in whole · 4 could be narrower or go · 1 server end, as their clients need"
  `);
});

test('a program that comes with Veridian is nobody’s to change', () => {
  const record = addRun(undefined, of, run, { uses: [], lost: 0 });
  const [first] = tighten(graph('veridian:web'), record).proposals;
  expect(first?.obstacle).toBe('its program comes with Veridian and asks for it');
});

test('a record that lost something says that it is not complete', () => {
  const record = addRun(undefined, of, { ended: 'interrupted', milliseconds: 50 }, { uses: [], lost: 3 });
  const text = tighteningText(tighten(graph(), record), record);
  expect(text).toContain('NOT complete: 3 uses');
  expect(text).toContain('ended by a signal after 0.1 s');
  expect(text).toContain('Not all of them came to their end');
});
