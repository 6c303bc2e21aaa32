import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDefinition } from '../definition/index.js';
import { readProject } from '../project/index.js';
import { packageRoot } from '../toolchain/index.js';
import { ImportError, importSystem } from './index.js';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

let folder: string;
beforeAll(() => {
  const parent = join(packageRoot, '.veridian', 'tests');
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'import-'));
  writeFileSync(join(folder, 'cdktf.json'), '{ "language": "typescript", "app": "tsx kiosk.ts" }\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles definitions as a project does; what the compiler says. */
function compile(files: Readonly<Record<string, string>>): string {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(packageRoot, 'tsconfig.json'), include: Object.keys(files), exclude: [] }),
  );
  return spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' }).stdout;
}

/** A system description with these elements in it. */
const system = (...elements: string[]): string => ['<system>', ...elements, '</system>'].join('\n');
const domain = (name: string, inside = '', attributes = ''): string =>
  `<protection_domain name="${name}" ${attributes}><program_image path="${name}.elf"/>${inside}</protection_domain>`;

/** What is wrong with a description: line, message, help. */
function wrong(text: string): string[] {
  try {
    importSystem(text, 'bad.system');
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return error.findings.map(({ code, message, source, help }) => `${code} ${source?.line}: ${message} · ${help}`);
  }
  return [];
}

test('the definition of a kiosk', async () => {
  await expect(importSystem(fixture('kiosk.system'), 'kiosk.system').text).toMatchFileSnapshot('fixtures/kiosk.ts.txt');
});

test('the least system', async () => {
  await expect(importSystem(fixture('least.system'), 'least.system').text).toMatchFileSnapshot('fixtures/least.ts.txt');
});

/** Names that would clash with what a definition has already. */
const awkward = system(
  ...[domain('App'), domain('console'), domain('class'), domain('42'), domain('a-b'), domain('a.b'), domain("it's")],
  ...['power', 'system', 'a_b', '&#x4e2d;&#10;x'].map((name) => `<memory_region name="${name}" size="0x1000"/>`),
  domain('user', '<map mr="power" vaddr="0x1000"/><map mr="system" vaddr="0x3000"/><map mr="a_b" vaddr="0x5000"/>'),
  ...['App', 'console', 'class', '42', 'a-b', 'a.b', "it's"].map(
    (name, id) => `<channel><end pd="user" id="${id}" pp="false"/><end pd="${name}" id="0"/></channel>`,
  ),
);

test('what is written compiles against the public package, whatever the names', () => {
  const text = (name: string, from: string): string => importSystem(from, name).text;
  expect(
    compile({
      'kiosk.ts': text('kiosk.system', fixture('kiosk.system')),
      'least.ts': text('least.system', fixture('least.system')),
      'awkward.ts': text("awk'ward.system", awkward),
    }),
  ).toBe('');
});

test('what is written makes the system that was described', async () => {
  writeFileSync(join(folder, 'kiosk.ts'), importSystem(fixture('kiosk.system'), 'kiosk.system').text);
  const { graphs, findings } = await runDefinition(await readProject(folder));
  expect(findings).toEqual([]);
  const [graph] = graphs;
  const held = graph?.edges.map(({ subject, object, rights }) => `${subject} ${rights} ${object}`).sort();
  expect(held).toEqual([
    'kiosk/panel acknowledge kiosk/irq-45',
    'kiosk/panel read,write kiosk/frames',
    'kiosk/panel read,write kiosk/panel_registers',
    'kiosk/panel read,write kiosk/touches',
    'kiosk/panel signal kiosk/shop-signals',
    'kiosk/panel wait kiosk/panel-signals',
    'kiosk/printer acknowledge kiosk/irq-7',
    'kiosk/printer call kiosk/printer-requests',
    'kiosk/printer read kiosk/receipts',
    'kiosk/printer read,write kiosk/ports-378',
    'kiosk/printer signal kiosk/shop-signals',
    'kiosk/shop call kiosk/printer-requests',
    'kiosk/shop read kiosk/touches',
    'kiosk/shop read,write kiosk/receipts',
    'kiosk/shop read,write kiosk/scratch',
    'kiosk/shop signal kiosk/printer-signals',
    'kiosk/shop wait kiosk/shop-signals',
    'kiosk/watchdog call kiosk/watchdog-requests',
  ]);
});

test('the order of urgency stays', () => {
  const priorities = Array.from({ length: 60 }, (_, index) => index * 4);
  const { text } = importSystem(
    system(...priorities.map((priority) => domain(`d${priority}`, '', `priority="${priority}"`))),
    'many.system',
  );
  const levels = [...text.matchAll(/scheduling: (?:interactive|batch)\((\d+)\)/g)].map(([, level]) => Number(level));
  expect(levels).toEqual(priorities.map((_, index) => 159 - index));
});

describe('an error names the line, the element and what is allowed', () => {
  test.each([
    ['', 'VRD0431 1: bad.system is not XML: document must contain a root element'],
    ['<system>\n<channel>\n</system>', 'VRD0431 3: bad.system is not XML, near <channel>: unexpected close tag.'],
    ['<!DOCTYPE system [<!ENTITY a "b">]>\n<system/>', 'VRD0431 1: bad.system has a document type'],
    ['<node/>', 'VRD0432 1: <node> is not a system · allowed: <system>'],
    [system(), 'VRD0433 1: the system has no protection domain'],
    [
      system(domain('a'), '<cahnnel/>'),
      'VRD0432 3: <cahnnel> is not an element of <system> · allowed: <protection_domain>',
    ],
    [system(domain('a'), '<domains/>'), 'VRD0432 3: <domains> cannot be imported: a schedule by domains has no'],
    [system(domain('a', '\n<virtual_machine name="v"/>')), 'VRD0432 3: <virtual_machine> cannot be imported'],
    [system(domain('a', '', 'pp="true"')), 'VRD0432 2: <protection_domain> has no attribute pp · allowed: name, prio'],
    [system(domain('a', '', 'smc="true"')), 'VRD0432 2: <protection_domain smc="true"> cannot be imported: components'],
    [system('<protection_domain name="a"/>'), 'VRD0433 2: protection domain a has 0 program images'],
    [system(domain('a'), domain('a')), 'VRD0433 3: there is already a protection domain a, in line 2'],
    [system(domain('a', '', 'priority="255"')), 'VRD0433 2: <protection_domain priority="255"> is not a number'],
    [system(domain('a', '', 'priority="high"')), '· allowed: 0 to 254'],
    [system(domain('a', '\n<map mr="m" vaddr="0"/>')), 'VRD0433 3: there is no memory region m · allowed: none'],
    [system(domain('a', '<map mr="m" vaddr="1"/>')), 'VRD0433 2: <map vaddr="1"> is not a multiple of the page size'],
    [system(domain('a', '<map mr="m" vaddr="0" perms="w"/>')), 'VRD0433 2: <map perms="w"> are not permissions'],
    [system(domain('a', '<irq pcidev="1:2.3" id="0"/>')), 'cannot be imported: message-signalled interrupts'],
    [system(domain('a', '<irq irq="1" id="63"/>')), 'VRD0433 2: <irq id="63"> is not a number that can stand here'],
    [
      system(domain('a'), '<memory_region name="m" size="12"/>'),
      'VRD0433 3: <memory_region size="12"> is not a number',
    ],
    [
      system(domain('a'), '<memory_region name="m" size="0x1000" prefill_path="f"/>'),
      'VRD0432 3: <memory_region prefill_path="f"> cannot be imported: a region starts with zeroes',
    ],
    [system(domain('a'), '<channel><end pd="a" id="0"/></channel>'), 'VRD0433 3: <channel> has 1 ends'],
    [
      system(domain('a'), '<channel><end pd="a" id="0"/>\n<end pd="b" id="0"/></channel>'),
      'VRD0433 4: there is no protection domain b · allowed: a',
    ],
    [
      system(domain('a'), domain('b'), '<channel><end pd="a" id="0" pp="true"/><end pd="b" id="0"/></channel>'),
      'VRD0433 4: a (priority 0) calls b (priority 0) · allowed: calls to a protection domain of a higher priority',
    ],
    [
      system(domain('a'), domain('b'), '<channel><end pd="a" id="0" pp="yes"/><end pd="b" id="0"/></channel>'),
      'VRD0433 4: <end pp="yes"> · allowed: true, false',
    ],
    [
      system(
        domain('a', '<irq irq="1" id="3"/>'),
        domain('b'),
        '<channel><end pd="a" id="3"/><end pd="b" id="0"/></channel>',
      ),
      'VRD0433 4: protection domain a has channel 3 already, in line 2',
    ],
    [system('words', domain('a')), 'VRD0432 1: <system> has text in it'],
  ])('%j', (text, expected) => {
    expect(wrong(text).join('\n')).toContain(expected);
  });

  test('and everything that is wrong is said at once, in the order of the file', () => {
    const text = system(domain('a', '', 'priority="900"'), '<cspace/>', '<memory_region name="m"/>');
    expect(wrong(text).map((line) => line.slice(0, 10))).toEqual(['VRD0433 2:', 'VRD0432 3:', 'VRD0433 4:']);
  });
});
