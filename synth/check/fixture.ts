/** A system for tests that has everything once: every kind of object, and nothing wrong with it. */
import type {
  Edge,
  Interface,
  Need,
  Node,
  NodeOf,
  NodeType,
  Source,
  SystemGraph,
} from '../../constructs/graph/index.js';
import { note } from '../../kernel/abi/index.js';
import { buildElf, type Fixture } from '../elf/fixture.js';
import { interfaceDigest } from '../interfaces/digest.js';
import { manifestText } from '../manifest/index.js';
import { type NativeProgram, parseProgram } from '../programs/index.js';

export const files: Interface = {
  name: 'FileSystem',
  rights: ['open', 'read', 'write'],
  methods: [
    {
      name: 'open',
      label: 0,
      right: 'open',
      oneway: false,
      request: [{ name: 'path', value: { type: 'text', max: 48 } }],
      response: [],
    },
    {
      name: 'read',
      label: 1,
      right: 'read',
      oneway: false,
      request: [],
      response: [{ name: 'byte', value: { type: 'u8' } }],
    },
    {
      name: 'write',
      label: 2,
      right: 'write',
      oneway: true,
      request: [{ name: 'byte', value: { type: 'u8' } }],
      response: [],
    },
  ],
};

const at = (line: number, file = 'main.ts'): Source => ({ file, line, column: 3 });
const need = (name: string, kind: string, rights: string[], line: number): Need => ({
  name,
  kind,
  rights,
  source: { file: 'programs/src/main.rs', line },
});

export const needsOf: Readonly<Record<string, Need[]>> = {
  driver: [
    need('requests', 'Server<FileSystem>', ['open', 'read', 'write'], 5),
    need('registers', 'Mmio', ['read', 'write'], 6),
    need('ports', 'IoPorts', ['read', 'write'], 7),
    need('irq', 'Interrupt', ['acknowledge'], 8),
    need('buffer', 'Dma', ['read', 'write'], 9),
    need('fired', 'Notification', ['wait'], 10),
    need('timeout', 'Timer', ['arm'], 11),
  ],
  web: [
    need('files', 'FileSystem', ['open', 'read'], 5),
    need('area', 'SharedRegion', ['read', 'write'], 6),
    need('power', 'Power', ['off'], 7),
    need('wake', 'Notification', ['signal'], 8),
  ],
  reader: [need('files', 'FileSystem', ['write', 'delegate'], 5), need('area', 'SharedRegion', ['read'], 6)],
};

/** An ELF file of a program with code, data and zero pages. */
export function programFile(name: string, needs: Need[], segments?: Fixture['segments']): Uint8Array {
  return buildElf({
    entry: 0x40_0010n,
    segments: segments ?? [
      { address: 0x40_0000n, data: new Uint8Array(0x1234).fill(0x90), flags: 'rx' },
      { address: 0x40_2000n, data: new TextEncoder().encode(`constants of ${name}`), flags: 'r' },
      { address: 0x40_3010n, data: new Uint8Array([1, 2, 3]), memorySize: 0x2800n, flags: 'rw' },
    ],
    notes: [
      {
        owner: note.name,
        type: note.type,
        description: new TextEncoder().encode(
          manifestText({ program: name, interfaces: new Map([[files.name, interfaceDigest(files)]]), needs }),
        ),
      },
    ],
  });
}

const nodes: Node[] = [
  { type: 'MemoryZone', path: 'shop/normal', source: at(1), kind: 'normal', size: 32 << 20 },
  { type: 'MemoryZone', path: 'shop/low', source: at(2), kind: 'dma', size: 1 << 20 },
  { type: 'Endpoint', path: 'shop/files', source: at(3), interface: 'FileSystem', notification: 'shop/fired' },
  { type: 'Notification', path: 'shop/fired', source: at(4) },
  { type: 'Notification', path: 'shop/wake', source: at(5) },
  { type: 'SharedRegion', path: 'shop/area', source: at(6), size: 8192, zone: 'shop/normal' },
  {
    type: 'Interrupt',
    path: 'shop/irq',
    source: at(7),
    line: 33,
    trigger: 'level',
    notification: 'shop/fired',
    bit: 63,
  },
  {
    type: 'Interrupt',
    path: 'shop/early-irq',
    source: at(8),
    line: 4,
    trigger: 'edge',
    notification: 'shop/fired',
    bit: 0,
  },
  { type: 'Timer', path: 'shop/timeout', source: at(8), notification: 'shop/fired', bit: 62 },
  { type: 'IoPorts', path: 'shop/ports', source: at(9), first: 0x3f8, count: 8 },
  { type: 'IoPorts', path: 'shop/a-ports', source: at(9), first: 0x400, count: 8 },
  { type: 'Mmio', path: 'shop/registers', source: at(10), address: 0xfeb0_0000, size: 4096 },
  { type: 'Dma', path: 'shop/buffer', source: at(11), size: 16384, zone: 'shop/low' },
  { type: 'Power', path: 'shop/power', source: at(12) },
  {
    type: 'Component',
    path: 'shop/driver',
    source: at(20),
    role: 'driver',
    program: 'driver',
    class: 'realtime',
    priority: 10,
    stack: 65536,
    zone: 'shop/normal',
  },
  {
    type: 'Component',
    path: 'shop/web',
    source: at(30),
    role: 'service',
    program: 'web',
    class: 'interactive',
    priority: 120,
    stack: 65536,
    zone: 'shop/normal',
    supervisor: 'shop/files',
  },
  {
    type: 'Component',
    path: 'shop/reader',
    source: at(40),
    role: 'component',
    program: 'reader',
    class: 'batch',
    priority: 199,
    stack: 16384,
    zone: 'shop/normal',
  },
];

const grants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  driver: {
    requests: 'files',
    registers: 'registers',
    ports: 'ports',
    irq: 'irq',
    buffer: 'buffer',
    fired: 'fired',
    timeout: 'timeout',
  },
  web: { files: 'files', area: 'area', power: 'power', wake: 'wake' },
  reader: { files: 'files', area: 'area' },
};

export interface Sample {
  readonly graph: SystemGraph;
  readonly natives: Map<string, NativeProgram>;
}

/** A fresh copy that a test may change. */
export function sample(): Sample {
  const edges = Object.entries(grants).flatMap(([component, granted]): Edge[] =>
    Object.entries(granted).map(([name, object], index): Edge => {
      const wanted = needsOf[component]?.find((one) => one.name === name);
      return {
        subject: `shop/${component}`,
        need: name,
        object: `shop/${object}`,
        kind: wanted?.kind ?? '',
        rights: [...(wanted?.rights ?? [])],
        source: at(50 + index, 'parts/grants.ts'),
      };
    }),
  );
  const natives = new Map(
    Object.entries(needsOf).map(([name, needs]) => [name, parseProgram(programFile(name, needs), 'x86_64')]),
  );
  return {
    graph: structuredClone({
      schema: 'veridian.graph/1' as const,
      system: 'shop',
      source: at(1),
      machine: { name: 'q35', arch: 'x86_64' as const, memory: 64 << 20, cores: 1, source: at(1) },
      interfaces: [files],
      programs: [...natives].map(([name, { sha256, manifest }]) => ({
        name,
        file: `cargo:${name}`,
        sha256,
        needs: [...manifest.needs],
      })),
      nodes,
      edges,
    }),
    natives,
  };
}

/** A node of a graph by path, to change. */
export function node<T extends NodeType>({ graph }: Sample, path: string, type: T): NodeOf<T> {
  const found = graph.nodes.find((one): one is NodeOf<T> => one.path === path && one.type === type);
  if (!found) throw new RangeError(`${path} is not in the sample`);
  return found;
}

/** A grant, to change. */
export function edge({ graph }: Sample, subject: string, name: string): Edge {
  const found = graph.edges.find((one) => one.subject === subject && one.need === name);
  if (!found) throw new RangeError(`${subject} has no grant ${name}`);
  return found;
}

/** A system of many components in a ring, each with five grants, and nothing wrong with it. */
export function large(count: number): Sample {
  const interfaces = [files];
  const needs = [
    need('requests', 'Server<FileSystem>', ['open', 'read', 'write'], 5),
    need('next', 'FileSystem', ['open'], 6),
    need('after', 'FileSystem', ['read'], 7),
    need('area', 'SharedRegion', ['read'], 8),
    need('bell', 'Notification', ['signal', 'wait'], 9),
  ];
  const native = parseProgram(programFile('worker', needs), 'x86_64');
  const numbers = Array.from({ length: count }, (_, index) => index);
  const objects = (index: number): string[] => [
    `large/e${index}`,
    `large/e${(index + 1) % count}`,
    `large/e${(index + 2) % count}`,
    'large/area',
    `large/b${index}`,
  ];
  return {
    natives: new Map([['worker', native]]),
    graph: {
      schema: 'veridian.graph/1',
      system: 'large',
      source: at(1),
      machine: { name: 'q35', arch: 'x86_64', memory: 2 ** 31, cores: 1, source: at(1) },
      interfaces,
      programs: [{ name: 'worker', file: 'cargo:worker', sha256: native.sha256, needs }],
      nodes: [
        { type: 'MemoryZone', path: 'large/normal', source: at(1), kind: 'normal', size: 2 ** 30 },
        { type: 'SharedRegion', path: 'large/area', source: at(2), size: 4096, zone: 'large/normal' },
        ...numbers.flatMap((index): Node[] => [
          { type: 'Endpoint', path: `large/e${index}`, source: at(index), interface: 'FileSystem' },
          { type: 'Notification', path: `large/b${index}`, source: at(index) },
          {
            type: 'Component',
            path: `large/c${index}`,
            source: at(index),
            role: 'component',
            program: 'worker',
            class: 'batch',
            priority: 150,
            stack: 4096,
            zone: 'large/normal',
          },
        ]),
      ],
      edges: numbers.flatMap((index) =>
        objects(index).map((object, position): Edge => {
          const { name = '', kind = '', rights = [] } = needs[position] ?? {};
          return { subject: `large/c${index}`, need: name, object, kind, rights: [...rights], source: at(index) };
        }),
      ),
    },
  };
}
