import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { renderFinding, ToolError } from '../findings/index.js';
import { definition, makeProject, synth } from './fixture.js';

const projects: string[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) rmSync(project, { recursive: true, force: true });
});

const names = ['acknowledge', 'policy'];

/** The definition with further lines before its end, importing what they use. */
function project(...lines: string[]): string {
  const used = names.filter((name) => lines.some((line) => line.startsWith(name)));
  const main = definition
    .replace('import { App,', `import { ${[...used, 'App'].join(', ')},`)
    .replace('app.synth();', `${lines.join('\n')}\napp.synth();`);
  const made = makeProject({ 'main.ts': main });
  projects.push(made);
  return made;
}

const said = async (root: string, today = '2026-11-22'): Promise<string[]> =>
  (await synth(root, { write: false, today })).findings.map((finding) => renderFinding(finding));

test('a broken rule is a finding with its way, and nothing is written', async () => {
  const root = project("policy.cannotReach(shop, shop.power, { name: 'nobody switches off' });");
  const outcome = await synth(root);
  expect(outcome.findings.map((finding) => renderFinding(finding))).toEqual([
    `error VRD0310  nobody switches off: shop/web can off shop/power
  --> main.ts:12:8
   way     web ─off→ power   main.ts:10:66
   help    take one of these grants away or narrow it, or change the rule`,
  ]);
  expect(outcome.systems.every(({ output }) => output === undefined)).toBe(true);
});

test('an acknowledged finding comes back after its last day', async () => {
  const root = project(
    'policy.maxHolders(shop.power, 0);',
    "acknowledge(shop, 'VRD0315', { reason: 'web ends the test', expires: '2026-12-31' });",
  );
  expect(await said(root, '2026-12-31')).toEqual([]);
  expect((await said(root, '2027-01-01')).map((text) => text.split('  ')[0])).toEqual([
    'error VRD0315',
    'error VRD0318',
  ]);
});

test('a warning stops nothing, and the day changes no output', async () => {
  const root = project("new Dma(shop, 'spare', { size: KiB(4) });");
  const first = await synth(root, { today: '2026-11-22' });
  expect(first.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['VRD0332 warning']);
  expect(first.systems[0]?.output).toBeDefined();
  const again = await synth(root, { today: '2027-11-22' });
  expect(again.systems[0]?.unchanged).toBe(true);
});

test('a rule that throws points into the definition', async () => {
  const root = project("policy.rule(shop, 'broken', (view) => {", '  throw new RangeError(view.graph.system);', '});');
  const [text] = await said(root);
  expect(text).toContain('VRD0015  shop/policy-1: the rule “broken” failed: shop');
  expect(text).toContain('--> main.ts:13:9');
  expect(text).not.toMatch(/^\s+at /m);
});

test('a day that is none is refused', async () => {
  const root = project();
  await expect(synth(root, { today: 'tomorrow' })).rejects.toThrow(ToolError);
});
