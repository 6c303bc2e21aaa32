import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineInterface, method, u64 } from '../../constructs/index.js';
import { limits, note } from '../../kernel/abi/index.js';
import { buildElf } from '../elf/fixture.js';
import { interfaceDigest } from '../interfaces/digest.js';
import { manifestText } from '../manifest/index.js';

const peer = defineInterface('Peer', { ask: method({ value: u64 }, { value: u64 }), tell: method({ value: u64 }, {}) });

const needs = [
  { name: 'requests', kind: 'Server<Peer>', rights: ['ask', 'tell'] },
  { name: 'next', kind: 'Peer', rights: ['ask'] },
  { name: 'after', kind: 'Peer', rights: ['tell'] },
  { name: 'area', kind: 'SharedRegion', rights: ['read'] },
  { name: 'bell', kind: 'Notification', rights: ['signal', 'wait'] },
];

/** An ELF file that declares the needs above: nothing of it is ever run. */
function worker(): Uint8Array {
  const source = { file: 'worker.rs', line: 1 };
  const text = manifestText({
    program: 'worker',
    interfaces: new Map([['Peer', interfaceDigest(peer.definition)]]),
    needs: needs.map((need) => ({ ...need, source })),
  });
  return buildElf({
    entry: limits.PROGRAM_BASE,
    segments: [{ address: limits.PROGRAM_BASE, data: new Uint8Array(8192).fill(0x90), flags: 'rx' }],
    notes: [{ owner: note.name, type: note.type, description: new TextEncoder().encode(text) }],
  });
}

/** Components of one module: systems are written in modules of some hundred constructs, not in one file. */
const PER_MODULE = 100;

const SYSTEM = `import { App, type Capability, defineInterface, GiB, KiB, machines, method, Program, SharedRegion, System, u64 } from 'veridian';

export const Peer = defineInterface('Peer', { ask: method({ value: u64 }, { value: u64 }), tell: method({ value: u64 }, {}) });
export const worker = Program.of<{
${needs.map(({ name, kind, rights }) => `  ${name}: Capability<'${kind}', ${rights.map((right) => `'${right}'`).join(' | ')}>;`).join('\n')}
}>({
  name: 'worker',
  file: 'worker.elf',
  needs: [
${needs.map((need) => `    ${JSON.stringify({ ...need, source: { file: 'worker.rs', line: 1 } })},`).join('\n')}
  ],
});
export const app = new App();
export const system = new System(app, 'generated', { machine: machines.q35({ memory: GiB(2) }) });
export const area = new SharedRegion(system, 'area', { size: KiB(4) });
`;

const moduleOf = (index: number): number => Math.floor(index / PER_MODULE);

/** Endpoints and notifications of some components. */
function objects(indexes: readonly number[]): string {
  return [
    "import { Endpoint, Notification } from 'veridian';",
    "import { Peer, system } from './system.js';",
    '',
    ...indexes.map((index) => `export const e${index} = new Endpoint(system, 'e${index}', { interface: Peer });`),
    ...indexes.map((index) => `export const b${index} = new Notification(system, 'b${index}');`),
    '',
  ].join('\n');
}

/** Components with five grants each, every one on a line of its own. */
function components(indexes: readonly number[], count: number): string {
  const used = new Map<number, Set<string>>();
  const use = (index: number, name: string): string => {
    const names = used.get(moduleOf(index)) ?? new Set();
    used.set(moduleOf(index), names.add(name));
    return name;
  };
  const lines = indexes.map((index) => {
    const [next, after] = [(index + 1) % count, (index + 2) % count];
    const grants = [
      `requests: ${use(index, `e${index}`)}.serve('ask', 'tell')`,
      `next: ${use(next, `e${next}`)}.grant('ask')`,
      `after: ${use(after, `e${after}`)}.grant('tell')`,
      `area: area.grant('read')`,
      `bell: ${use(index, `b${index}`)}.grant('signal', 'wait')`,
    ];
    return `new Component(system, 'c${index}', { program: worker, stack: KiB(4), grants: { ${grants.join(', ')} } });`;
  });
  return [
    "import { Component, KiB } from 'veridian';",
    ...[...used].map(([module, names]) => `import { ${[...names].join(', ')} } from './objects-${module}.js';`),
    "import { area, system, worker } from './system.js';",
    '',
    ...lines,
    '',
  ].join('\n');
}

/** Writes a project with a generated system of `count` components into `folder`. */
export function writeGeneratedProject(folder: string, count: number): void {
  mkdirSync(join(folder, '.veridian'), { recursive: true });
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  write('cdktf.json', '{ "language": "typescript", "app": "tsx main.ts" }\n');
  write('worker.elf', worker());
  write('system.ts', SYSTEM);
  const modules = Array.from({ length: moduleOf(count - 1) + 1 }, (_, module) => module);
  for (const module of modules) {
    const first = module * PER_MODULE;
    const indexes = Array.from({ length: Math.min(PER_MODULE, count - first) }, (_, offset) => first + offset);
    write(`objects-${module}.ts`, objects(indexes));
    write(`components-${module}.ts`, components(indexes, count));
  }
  write(
    'main.ts',
    [
      "import { writeFileSync } from 'node:fs';",
      ...modules.map((module) => `import './components-${module}.js';`),
      "import { app } from './system.js';",
      '',
      'app.synth();',
      "writeFileSync('.veridian/definition-peak', String(process.resourceUsage().maxRSS));",
      '',
    ].join('\n'),
  );
}
