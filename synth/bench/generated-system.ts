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

const HEAD = `import { writeFileSync } from 'node:fs';
import { App, type Capability, Component, defineInterface, Endpoint, GiB, KiB, machines, method, Notification, Program, SharedRegion, System, u64 } from 'veridian';

const Peer = defineInterface('Peer', { ask: method({ value: u64 }, { value: u64 }), tell: method({ value: u64 }, {}) });
const worker = Program.of<{
${needs.map(({ name, kind, rights }) => `  ${name}: Capability<'${kind}', ${rights.map((right) => `'${right}'`).join(' | ')}>;`).join('\n')}
}>({
  name: 'worker',
  file: 'worker.elf',
  needs: [
${needs.map((need) => `    ${JSON.stringify({ ...need, source: { file: 'worker.rs', line: 1 } })},`).join('\n')}
  ],
});
const app = new App();
const system = new System(app, 'generated', { machine: machines.q35({ memory: GiB(2) }) });
const area = new SharedRegion(system, 'area', { size: KiB(4) });
`;

const TAIL = `app.synth();
writeFileSync('.veridian/definition-peak', String(process.resourceUsage().maxRSS));
`;

/** A definition of `count` components with five grants each, every one on a line of its own. */
function definition(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return [
    HEAD,
    ...numbers.map((index) => `const e${index} = new Endpoint(system, 'e${index}', { interface: Peer });`),
    ...numbers.map((index) => `const b${index} = new Notification(system, 'b${index}');`),
    ...numbers.map((index) => {
      const [next, after] = [(index + 1) % count, (index + 2) % count];
      const grants = [
        `requests: e${index}.serve('ask', 'tell')`,
        `next: e${next}.grant('ask')`,
        `after: e${after}.grant('tell')`,
        `area: area.grant('read')`,
        `bell: b${index}.grant('signal', 'wait')`,
      ];
      return `new Component(system, 'c${index}', { program: worker, stack: KiB(4), grants: { ${grants.join(', ')} } });`;
    }),
    TAIL,
  ].join('\n');
}

/** Writes a project with a generated system of `count` components into `folder`. */
export function writeGeneratedProject(folder: string, count: number): void {
  mkdirSync(join(folder, '.veridian'), { recursive: true });
  writeFileSync(join(folder, 'cdktf.json'), '{ "language": "typescript", "app": "tsx main.ts" }\n');
  writeFileSync(join(folder, 'worker.elf'), worker());
  writeFileSync(join(folder, 'main.ts'), definition(count));
}
