import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';
import type { Node } from '../../constructs/graph/index.js';
import { anySystem, component, grant, system } from './fixture.js';
import { diffRevisions, renderHtml, renderJson, renderMarkdown, renderSarif, renderText, trips } from './index.js';

const at = (line: number) => ({ file: 'main.ts', line });
const nodes = (cache: string): Node[] => [
  { type: 'Endpoint', path: `shop/${cache}/requests`, source: at(2), interface: 'Cache' },
  { type: 'Endpoint', path: 'shop/log', source: at(3), interface: 'Log' },
  { type: 'Mmio', path: 'shop/disk', source: at(4), address: 0x1000, size: 4096 },
  component('shop/web', 'web', 40),
  component('shop/audit', 'audit', 50, { supervisor: 'shop/log' }),
  component(`shop/${cache}`, 'lru', 30),
];
const edges = (cache: string, rights: string[], log: string[], disk: boolean) => [
  grant('shop/web', 'cache', `shop/${cache}/requests`, 'Cache', rights, 44),
  grant('shop/audit', 'log', 'shop/log', 'Log', log, 52),
  grant(`shop/${cache}`, 'requests', `shop/${cache}/requests`, 'Server<Cache>', ['get', 'put'], 31),
  ...(disk ? [grant(`shop/${cache}`, 'disk', 'shop/disk', 'Mmio', ['write'], 38)] : []),
];
const base = system('shop', nodes('lru'), edges('lru', ['get'], ['read', 'write'], false));
const head = system('shop', nodes('cache'), edges('cache', ['get', 'put'], ['write'], true));
const broken = [{ code: 'VRD0310', message: 'web never writes the disk', source: at(60) }];
const diff = diffRevisions({ name: 'main', graphs: [base] }, { name: 'the working tree', graphs: [head] }, broken);

test('the text is as the transcripts show', () => {
  expect(renderText(diff)).toBe(
    `shop: broader and narrower than main

  shop/audit  NARROWER      main.ts:52
    − log: Log { read }   leaves { write }
  shop/lru    BROADER       main.ts:38  renamed shop/cache
    + disk: Mmio { write }
  shop/web    BROADER       main.ts:44
    + cache: Cache { put }   was { get }
    newly reaches   shop/disk { write }
                    web ─get,put→ cache (main.ts:44) ─write→ disk (main.ts:38)

  policy broken  VRD0310  web never writes the disk   main.ts:60

2 broader · 1 narrower · complete
`,
  );
});

// The schema is written for draft 4.
const require = createRequire(import.meta.url);
const schema = JSON.parse(
  readFileSync(
    require.resolve('@microsoft/jest-sarif').replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);
const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

test('SARIF opens at the grant and keeps to its schema', () => {
  const log = JSON.parse(renderSarif(diff, { prefix: 'systems/a shop' })) as Log;
  validate(log);
  expect(validate.errors).toBe(null);
  const results = log.runs[0]?.results ?? [];
  const reach = results.find(({ message }) => message.text?.startsWith('shop/web newly reaches shop/disk'));
  expect(reach?.level).toBe('error');
  expect(reach?.locations?.[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'systems/a%20shop/main.ts', uriBaseId: 'SRCROOT' },
    region: { startLine: 44 },
  });
  const steps = reach?.codeFlows?.[0]?.threadFlows[0]?.locations.map(
    ({ location }) => location?.physicalLocation?.region?.startLine,
  );
  expect(steps).toEqual([44, 38]);
  expect(results.filter(({ level }) => level === 'note').map(({ ruleId }) => ruleId)).toContain('VRD0422');
  expect(results.at(-1)?.message.text).toBe('policy broken: web never writes the disk');
});

test('what was not compared is said in every format, and trips the gate', () => {
  const same = diffRevisions({ name: 'main', graphs: [base] }, { name: 'the working tree', graphs: [base] });
  expect([same.complete, trips(same, 'broadening')]).toEqual([true, false]);
  const left = '12 rights that are newly reached or lost are not listed';
  const partial = { ...same, complete: false, systems: same.systems.map((one) => ({ ...one, omitted: [left] })) };
  expect([trips(partial, 'none'), trips(partial, 'broadening'), trips(partial, 'any')]).toEqual([false, true, true]);
  expect(renderText(partial)).toMatch(new RegExp(`^  shop: ${left}$[^]*NOT complete$`, 'm'));
  expect(JSON.parse(renderJson(partial))).toMatchObject({ complete: false, systems: [{ omitted: [left] }] });
  for (const text of [renderMarkdown(partial), renderHtml(partial)]) {
    expect(text).toContain(left);
    expect(text).toMatch(/not complete/i);
  }
  const log = JSON.parse(renderSarif(partial)) as Log;
  expect(validate(log) || validate.errors).toBe(true);
  const [invocation] = log.runs[0]?.invocations ?? [];
  expect(invocation?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([`shop: ${left}`]);
});

test('a line that moves is the same alert', () => {
  const prints = (line: number): unknown => {
    const moved = { ...head, edges: head.edges.map((edge) => ({ ...edge, source: at(edge.source.line + line) })) };
    const log = JSON.parse(
      renderSarif(diffRevisions({ name: 'main', graphs: [base] }, { name: 'the working tree', graphs: [moved] })),
    ) as Log;
    return log.runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints);
  };
  expect(prints(5)).toEqual(prints(0));
});

test('whatever the systems are, SARIF keeps to its schema, and every format can be written', () => {
  fc.assert(
    fc.property(anySystem, anySystem, (before, after) => {
      const any = diffRevisions({ name: 'main', graphs: [before] }, { name: 'the working tree', graphs: [after] });
      expect(validate(JSON.parse(renderSarif(any))) || validate.errors).toBe(true);
      expect(renderMarkdown(any)).toContain('## `shop` is ');
      expect(renderHtml(any)).toMatch(/<\/html>\s*$/);
    }),
    { numRuns: 100 },
  );
});

test('names are shown as they are, and are not read as markup', () => {
  const named = diffRevisions({ name: '<b>`main`|_x_', graphs: [base] }, { name: '<i>', graphs: [head] });
  expect(renderHtml(named)).not.toMatch(/<b>|<i>/);
  expect(renderMarkdown(named)).toContain('\\<b\\>\\`main\\`\\|\\_x\\_');
});

test('Markdown that is too long for a summary says what it leaves out', () => {
  const many = Array.from({ length: 9000 }, (_, index) => component(`shop/${'x'.repeat(80)}${index}`, 'web', index));
  const long = renderMarkdown(
    diffRevisions(
      { name: 'main', graphs: [system('shop', [], [])] },
      { name: 'tree', graphs: [system('shop', many, [])] },
    ),
  );
  expect(long.length).toBeLessThan(1_000_000);
  expect(long).toMatch(/\*\*Not complete\*\*: \d+ more components are left out here/);
});
