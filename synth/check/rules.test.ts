import { expect, test } from 'vitest';
import { buildElf } from '../elf/fixture.js';
import { renderFinding } from '../findings/index.js';
import { parseProgram } from '../programs/index.js';
import { checkSystem, checkSystems } from './check.js';
import { grantText } from './context.js';
import { edge, files, needsOf, node, programFile, type Sample, sample } from './fixture.js';
import { rules } from './rules/index.js';

/** For each rule: a change that breaks it, with what is said then, and one close to it that does not. */
interface Case {
  readonly breaks: (system: Sample) => void;
  readonly says: string;
  readonly keeps: (system: Sample) => void;
}

const program = (system: Sample, name: string) => {
  const found = system.graph.programs.find((one) => one.name === name);
  if (!found) throw new RangeError(name);
  return found;
};

const copyNode = (system: Sample, path: string, to: string, change: object = {}): void => {
  const found = system.graph.nodes.find((one) => one.path === path);
  if (found)
    system.graph.nodes.push({
      ...structuredClone(found),
      path: to,
      source: { file: 'main.ts', line: 99 },
      ...change,
    } as never);
};

const nothing = (): void => {};

const cases: Readonly<Record<string, Case>> = {
  VRD0101: {
    breaks: ({ graph }) =>
      graph.edges.splice(
        graph.edges.findIndex(({ need }) => need === 'power'),
        1,
      ),
    says: `error VRD0101  shop/web is not granted \`power\`, which its program needs
  --> main.ts:30:3
   needs   Power { off }   programs/src/main.rs:7
   help    add power: shop.power.grant('off') to its grants, or take the need out of the program`,
    keeps: (system) => {
      const need = program(system, 'web').needs.find(({ name }) => name === 'power');
      if (need) need.optional = true;
      system.graph.edges = system.graph.edges.filter(({ need: name }) => name !== 'power');
    },
  },
  VRD0102: {
    breaks: (system) => edge(system, 'shop/web', 'files').rights.push('write'),
    says: `error VRD0102  shop/web is granted more than it needs
  --> parts/grants.ts:50:3
   grants  FileSystem { open, read, write }   on shop/files
   needs   FileSystem { open, read }          programs/src/main.rs:5
   help    grant files.grant('open', 'read'), or let the program ask for \`write\``,
    keeps: (system) => edge(system, 'shop/web', 'files').rights.reverse(),
  },
  VRD0103: {
    breaks: (system) => system.graph.edges.push({ ...edge(system, 'shop/web', 'wake'), need: 'other' }),
    says: `error VRD0103  shop/web is granted \`other\`, for which its program has no need
  --> parts/grants.ts:53:3
   grants  Notification { signal }   on shop/wake
   needs   only files, area, power, wake
   help    take \`other\` out of the grants, or let the program ask for it`,
    keeps: nothing,
  },
  VRD0104: {
    breaks: (system) => edge(system, 'shop/driver', 'ports').rights.pop(),
    says: `error VRD0104  shop/driver is granted less than it needs
  --> parts/grants.ts:52:3
   grants  IoPorts { read }          on shop/ports
   needs   IoPorts { read, write }   programs/src/main.rs:7
   help    grant ports.grant('read', 'write'), or take \`write\` out of the program’s need`,
    keeps: nothing,
  },
  VRD0105: {
    breaks: (system) =>
      Object.assign(edge(system, 'shop/web', 'wake'), { object: 'shop/power', kind: 'Power', rights: ['off'] }),
    says: `error VRD0105  shop/web is granted a Power as \`wake\`, but needs a Notification
  --> parts/grants.ts:53:3
   grants  Power { off }             on shop/power
   needs   Notification { signal }   programs/src/main.rs:8
   help    grant fired.grant('signal')`,
    keeps: nothing,
  },
  VRD0106: {
    breaks: ({ graph }) => {
      graph.interfaces[0] = { ...files, methods: files.methods.map((one) => ({ ...one, oneway: false })) };
    },
    says: `error VRD0106  program driver was built against another version of FileSystem
  --> main.ts:20:3`,
    keeps: ({ graph }) => {
      graph.interfaces[0] = structuredClone(files);
    },
  },
  VRD0107: {
    breaks: (system) => {
      node(system, 'shop/web', 'Component').supervisor = 'shop/area';
    },
    says: `error VRD0107  supervisor of shop/web is shop/area, a SharedRegion and not an Endpoint
  --> main.ts:30:3
   help    name something that is declared in this system`,
    keeps: (system) => {
      node(system, 'shop/driver', 'Component').supervisor = 'shop/files';
    },
  },
  VRD0108: {
    breaks: (system) => {
      edge(system, 'shop/web', 'power').rights[0] = 'on';
    },
    says: `error VRD0108  shop/web is granted a right that Power does not have: \`on\`
  --> parts/grants.ts:52:3
   grants  Power { on }   on shop/power
   help    a Power has the rights \`off\` and \`reset\``,
    keeps: nothing,
  },
  VRD0109: {
    breaks: (system) => edge(system, 'shop/web', 'area').rights.shift(),
    says: `error VRD0109  shop/web is granted memory to write that it may not read
  --> parts/grants.ts:51:3
   grants  SharedRegion { write }   on shop/area
   help    no processor maps a page so: ask for both and grant area.grant('read', 'write')`,
    keeps: nothing,
  },
  VRD0201: {
    breaks: (system) => copyNode(system, 'shop/registers', 'shop/more', { address: 0xfeaf_f000, size: 8192 }),
    says: `error VRD0201  two owners of registers 0xfeaff000–0xfeb00fff
  --> main.ts:99            shop/more
  --> parts/grants.ts:51:3  shop/driver
   help    a range of registers has one owner; give shop/driver another range of registers or remove it`,
    keeps: (system) => copyNode(system, 'shop/registers', 'shop/more', { address: 0xfeb0_1000 }),
  },
  VRD0202: {
    breaks: (system) => copyNode(system, 'shop/ports', 'shop/more', { first: 0x3ff, count: 1 }),
    says: `error VRD0202  two owners of ports 0x3f8–0x3ff
  --> parts/grants.ts:52:3  shop/driver
  --> main.ts:99            shop/more`,
    keeps: (system) => copyNode(system, 'shop/ports', 'shop/more', { first: 0x3f7, count: 1 }),
  },
  VRD0203: {
    breaks: (system) => copyNode(system, 'shop/irq', 'shop/debug-uart'),
    says: `error VRD0203  two owners of interrupt 33
  --> main.ts:99            shop/debug-uart
  --> parts/grants.ts:53:3  shop/driver
   help    an interrupt has one owner; give shop/driver a line of its own or remove it`,
    keeps: (system) => copyNode(system, 'shop/irq', 'shop/debug-uart', { line: 34 }),
  },
  VRD0204: {
    breaks: (system) => {
      node(system, 'shop/area', 'SharedRegion').size = 5000;
    },
    says: `error VRD0204  size of shop/area is 5000, not a whole number of pages
  --> main.ts:6:3
   help    a page has 4096 bytes; the nearest are 4096 and 8192`,
    keeps: (system) => {
      node(system, 'shop/area', 'SharedRegion').size = 12288;
    },
  },
  VRD0205: {
    breaks: (system) => {
      node(system, 'shop/low', 'MemoryZone').size = 12288;
    },
    says: `error VRD0205  shop/low has 12 KiB, but 16 KiB are taken from it
  --> main.ts:2:3
   takes   16 KiB   on shop/buffer  main.ts:11:3
   help    make the zone at least 16 KiB, or what lies in it smaller`,
    keeps: (system) => {
      // Three components, each with 12 KiB of its program’s own, their stacks, and the region.
      node(system, 'shop/normal', 'MemoryZone').size = 3 * 12288 + 2 * 65536 + 16384 + 8192;
    },
  },
  VRD0206: {
    breaks: ({ graph }) => {
      graph.machine.memory = 32 << 20;
    },
    says: `error VRD0206  the zones have 33 MiB, the machine 32 MiB
  --> main.ts:2:3  shop/low
  --> main.ts:1:3  shop/normal
   machine  q35 with 32 MiB   main.ts:1:3
   help     make the zones smaller, or give the machine more memory`,
    keeps: ({ graph }) => {
      graph.machine.memory = 33 << 20;
    },
  },
  VRD0207: {
    breaks: ({ natives }) => {
      const segments = [{ address: 0x40_0000n, data: new Uint8Array(64), flags: 'rwx' }];
      natives.set('web', parseProgram(programFile('web', needsOf.web ?? [], segments), 'x86_64'));
    },
    says: `error VRD0207  program web has a segment that is writable and executable: 0x400000, 64 bytes
  --> main.ts:30:3`,
    keeps: nothing,
  },
  VRD0208: {
    breaks: (system) => {
      node(system, 'shop/web', 'Component').priority = 140;
    },
    says: `error VRD0208  shop/web has priority 140 in class interactive
  --> main.ts:30:3
   help    interactive goes from 100 to 139; 140 is batch(140)`,
    keeps: (system) => {
      node(system, 'shop/web', 'Component').priority = 139;
    },
  },
  VRD0209: {
    breaks: ({ graph }) => {
      graph.machine.arch = 'riscv64';
    },
    says: 'error VRD0209  shop/a-ports is a range of I/O ports, and q35 (riscv64) has no ports',
    keeps: nothing,
  },
  VRD0210: {
    breaks: (system) => {
      node(system, 'shop/a-ports', 'IoPorts').first = 0xfff9;
    },
    says: `error VRD0210  shop/a-ports ends at port 0x10000
  --> main.ts:9:3
   help    a range has at least one port, and the last port is 0xffff`,
    keeps: (system) => {
      node(system, 'shop/a-ports', 'IoPorts').first = 0xfff8;
    },
  },
  VRD0211: {
    breaks: (system) => copyNode(system, 'shop/files', 'shop/more'),
    says: `error VRD0211  shop/fired is delivered to 2 endpoints
  --> main.ts:3:3  shop/files
  --> main.ts:99   shop/more`,
    keeps: (system) => copyNode(system, 'shop/files', 'shop/more', { notification: 'shop/wake' }),
  },
  VRD0212: {
    breaks: (system) => {
      node(system, 'shop/registers', 'Mmio').address = 0x20_0000;
    },
    says: `error VRD0212  shop/registers is memory: 0x200000 to 0x200fff
  --> main.ts:10:3
   memory  0x100000 to 0x3ffffff on q35   main.ts:1:3
   help    use a SharedRegion or Dma for memory; for a device, take the address that the machine has it at`,
    keeps: (system) => {
      node(system, 'shop/registers', 'Mmio').address = 0xb_8000;
    },
  },
  VRD0213: {
    breaks: (system) => {
      system.graph.machine.cores = 2;
      node(system, 'shop/web', 'Component').core = 2;
    },
    says: `error VRD0213  shop/web runs on core 2, and q35 has cores 0 to 1
  --> main.ts:30:3
   machine  q35 with 2 cores   main.ts:1:3
   help     give the machine 3 cores, or the component another core`,
    keeps: (system) => {
      system.graph.machine.cores = 2;
      node(system, 'shop/web', 'Component').core = 1;
    },
  },
  VRD0214: {
    breaks: (system) => {
      const timeout = edge(system, 'shop/driver', 'timeout');
      system.graph.edges.push({ ...timeout, subject: 'shop/web', source: { file: 'main.ts', line: 99 } });
    },
    says: `error VRD0214  two owners of the timer shop/timeout
  --> parts/grants.ts:56:3  shop/driver
  --> main.ts:99            shop/web
   help    a timer has one owner; give shop/web another timer or remove it`,
    keeps: (system) => copyNode(system, 'shop/timeout', 'shop/other'),
  },
  VRD0301: {
    breaks: (system) => copyNode(system, 'shop/wake', 'shop/wake'),
    says: `error VRD0301  2 constructs are called shop/wake
  --> main.ts:5:3  shop/wake
  --> main.ts:99   shop/wake
   help    give each one a name of its own`,
    keeps: (system) => copyNode(system, 'shop/wake', 'shop/Wake'),
  },
  VRD0303: {
    breaks: (system) => {
      const needs = program(system, 'reader').needs;
      needs.push({
        name: 'Files',
        kind: 'FileSystem',
        rights: ['read'],
        source: { file: 'programs/src/main.rs', line: 9 },
      });
      system.graph.edges.push({ ...edge(system, 'shop/reader', 'files'), need: 'Files', rights: ['read'] });
    },
    says: `error VRD0303  program reader has two needs that are called files and Files
  --> main.ts:40:3
   needs   files   programs/src/main.rs:5
   needs   Files   programs/src/main.rs:9`,
    keeps: nothing,
  },
  VRD0304: {
    breaks: (system) => copyNode(system, 'shop/power', 'shop/power-two'),
    says: `error VRD0304  shop has 2 power switches; the kernel takes 1
  --> main.ts:1:3`,
    keeps: nothing,
  },
  VRD0305: {
    breaks: ({ graph }) => {
      graph.interfaces.push({
        ...files,
        name: 'Wide',
        rights: Array.from({ length: 13 }, (_, index) => `right${index}`),
      });
    },
    says: `error VRD0305  interface Wide has 13 rights; a capability carries 12`,
    keeps: ({ graph }) => {
      graph.interfaces.push({
        ...files,
        name: 'Wide',
        rights: Array.from({ length: 12 }, (_, index) => `right${index}`),
      });
    },
  },
};

test('registers that do not fill a page of the machine are found, with what to look at', () => {
  const system = sample();
  system.graph.machine.arch = 'aarch64';
  system.graph.machine.options = { granule: '64K' };
  Object.assign(node(system, 'shop/registers', 'Mmio'), { address: 0x901_1000, size: 0x1000 });
  const found = checkSystem(system.graph, system.natives).filter(({ path }) => path === 'shop/registers');
  expect(found.map(({ code, message, help }) => [code, message, help])).toEqual([
    [
      'VRD0204',
      'address of shop/registers is 0x9011000, not a whole number of pages',
      'a page of this machine has 65536 bytes, with all devices in it; the nearest are 0x9010000 and 0x9020000: take them where no other device is there, or a machine with smaller pages',
    ],
    [
      'VRD0204',
      'size of shop/registers is 4096, not a whole number of pages',
      'a page of this machine has 65536 bytes, with all devices in it; the nearest are 65536: take them where no other device is there, or a machine with smaller pages',
    ],
  ]);
});

test('the sample has nothing wrong with it', () => {
  const { graph, natives } = sample();
  expect(checkSystem(graph, natives)).toEqual([]);
});

test.each(rules.map(({ code, title }) => [code, title]))('%s %s', (code) => {
  const one = cases[code];
  if (!one) throw new Error(`no case for ${code}`);
  const broken = sample();
  one.breaks(broken);
  const found = checkSystem(broken.graph, broken.natives).find((finding) => finding.code === code);
  const said = found ? renderFinding(found) : 'nothing';
  expect(said.split('\n').slice(0, one.says.split('\n').length).join('\n')).toBe(one.says);
  const kept = sample();
  one.keeps(kept);
  expect(checkSystem(kept.graph, kept.natives)).toEqual([]);
});

test('all findings at once, in one order whatever the order of the graph', () => {
  const broken = sample();
  for (const code of ['VRD0102', 'VRD0203', 'VRD0204', 'VRD0208']) cases[code]?.breaks(broken);
  const findings = checkSystem(broken.graph, broken.natives);
  expect(findings.map(({ code }) => code)).toEqual(['VRD0102', 'VRD0203', 'VRD0204', 'VRD0208']);
  broken.graph.nodes.reverse();
  broken.graph.edges.reverse();
  expect(checkSystem(broken.graph, broken.natives)).toEqual(findings);
});

test('systems whose folders would be the same one', () => {
  const { graph } = sample();
  expect(checkSystems([graph, { ...graph, system: 'Shop' }]).map(({ message }) => message)).toEqual([
    'the systems shop and Shop would be written to the same folder',
  ]);
  expect(checkSystems([graph, { ...graph, system: 'store' }])).toEqual([]);
});

test('two components may not own one device through the same construct either', () => {
  const broken = sample();
  broken.graph.edges.push({ ...edge(broken, 'shop/driver', 'irq'), subject: 'shop/reader' });
  expect(checkSystem(broken.graph, broken.natives).map(({ code, message }) => `${code} ${message}`)).toEqual([
    'VRD0103 shop/reader is granted `irq`, for which its program has no need',
    'VRD0203 two owners of interrupt 33',
  ]);
});

test('a program in one page with its own data is refused', () => {
  const shared = buildElf({
    entry: 0x40_0000n,
    segments: [
      { address: 0x40_0000n, data: new Uint8Array(16), flags: 'rx' },
      { address: 0x40_0800n, data: new Uint8Array(16), flags: 'rw' },
    ],
  });
  expect(() => parseProgram(shared, 'x86_64')).toThrow('has two segments in the page at 0x400000');
  const apart = programFile('web', needsOf.web ?? []);
  expect(parseProgram(apart, 'x86_64').elf.segments).toHaveLength(3);
  expect(() => parseProgram(apart, 'x86_64', 65536)).toThrow('has two segments in the page at 0x400000');
});

test('threads made of a pool may not be put on a core that the machine does not have', () => {
  const broken = sample();
  const zone = 'shop/normal';
  const source = { file: 'main.ts', line: 99 };
  const pool = { type: 'MemoryPool' as const, path: 'shop/pool', source, size: 4096, regions: 1, zone, cores: [0, 2] };
  broken.graph.nodes.push(pool);
  broken.graph.machine.cores = 2;
  const said = checkSystem(broken.graph, broken.natives).map(({ code, message }) => `${code} ${message}`);
  expect(said).toEqual(['VRD0213 threads made of shop/pool may be put on core 2, and q35 has cores 0 to 1']);
  broken.graph.machine.cores = 3;
  expect(checkSystem(broken.graph, broken.natives)).toEqual([]);
});

test('help says what a user writes', () => {
  expect(grantText('shop/files', 'FileSystem', ['open', 'read'])).toBe("files.grant('open', 'read')");
  expect(grantText('shop/disk-2', 'Server<Disk>', ['read'])).toBe("disk2.serve('read')");
  expect(grantText('shop/terminal/requests', 'Console', ['write'])).toBe("terminal.grant('write')");
  expect(grantText('shop/front/site-log/requests', 'Console', ['read'])).toBe("siteLog.grant('read')");
  expect(grantText('shop/terminal/requests', 'Server<Console>', ['write'])).toBe("requests.serve('write')");
  expect(grantText('shop/site/requests', 'Http', ['get'])).toBe("requests.grant('get')");
  expect(grantText('shop/power', 'Power', ['off'])).toBe("shop.power.grant('off')");
});
