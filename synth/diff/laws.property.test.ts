import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Authority } from '../authority/index.js';
import { anyGrant, anySystem, renamed } from './fixture.js';
import { type Diff, diffRevisions, diffSystems, renderJson, renderText, trips, type Verdict } from './index.js';

const opposite: Readonly<Record<Verdict, Verdict>> = {
  equivalent: 'equivalent',
  incomparable: 'incomparable',
  broader: 'narrower',
  narrower: 'broader',
};

test('a system is equivalent to itself', () => {
  fc.assert(
    fc.property(anySystem, (graph) => {
      const diff = diffSystems(graph, structuredClone(graph));
      expect([diff.verdict, diff.components]).toEqual(['equivalent', []]);
    }),
    { numRuns: 500 },
  );
});

test('turned round, a comparison says the opposite of every component', () => {
  fc.assert(
    fc.property(anySystem, anySystem, (base, head) => {
      const there = diffSystems(base, head);
      const back = diffSystems(head, base);
      expect(back.verdict).toBe(opposite[there.verdict]);
      const name = ({ path, was }: { path: string; was?: string }): string => [path, was ?? path].sort().join(' ');
      const verdicts = (diff: typeof there, turn: (verdict: Verdict) => Verdict): string[] =>
        diff.components.map((one) => `${name(one)} ${turn(one.verdict)}`).sort();
      expect(verdicts(back, (verdict) => verdict)).toEqual(verdicts(there, (verdict) => opposite[verdict]));
    }),
    { numRuns: 1000 },
  );
});

test('new names, needs, lines and files are no change', () => {
  fc.assert(
    fc.property(anySystem, fc.nat({ max: 1023 }), fc.boolean(), (graph, which, scope) => {
      const paths = graph.nodes.map(({ path }) => path.slice('shop/'.length)).sort();
      const chosen = new Set(paths.filter((_path, index) => (which & (1 << (index % 10))) !== 0));
      const head = renamed(
        graph,
        (path) => (chosen.has(path) ? (scope ? `unit/${path}` : `new-${path}`) : path),
        'store',
      );
      const diff = diffSystems(graph, head);
      expect(diff.verdict).toBe('equivalent');
      expect(diff.counts.renamed).toBe(
        graph.nodes.filter(({ type, path }) => type === 'Component' && chosen.has(path.slice('shop/'.length))).length,
      );
    }),
    { numRuns: 1000 },
  );
});

test('one more grant is never narrower, and one less never broader', () => {
  fc.assert(
    fc.property(
      anySystem.chain((graph) => fc.tuple(fc.constant(graph), anyGrant(graph))),
      ([base, edge]) => {
        const head = { ...base, edges: [...base.edges, edge] };
        for (const { verdict, loses } of diffSystems(base, head).components) {
          expect([verdict, loses]).toEqual([verdict === 'equivalent' ? 'equivalent' : 'broader', []]);
        }
        expect(['equivalent', 'narrower']).toContain(diffSystems(head, base).verdict);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a verdict is what the sets of authority say, and every path is a real one', () => {
  fc.assert(
    fc.property(anySystem, anySystem, (base, head) => {
      const [before, after] = [Authority.of(base), Authority.of(head)];
      for (const { path, was = path, status, reaches, loses } of diffSystems(base, head).components) {
        if (status !== 'same') continue;
        for (const { object, rights, witness } of reaches) {
          for (const right of rights) {
            expect(after.reachable(path).get(object)?.has(right)).toBe(true);
            expect(before.reachable(was).get(object)?.has(right) ?? false).toBe(false);
          }
          expect(witness[0]?.from).toBe(path);
        }
        for (const { object, rights } of loses) {
          for (const right of rights) expect(before.reachable(was).get(object)?.has(right)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('JSON and text say the same', () => {
  fc.assert(
    fc.property(anySystem, anySystem, (base, head) => {
      const diff = diffRevisions({ name: 'main', graphs: [base] }, { name: 'working tree', graphs: [head] });
      const read = JSON.parse(renderJson(diff)) as Diff;
      expect(read).toEqual(diff);
      expect(renderText(read)).toBe(renderText(diff));
      const text = renderText(diff);
      for (const { path, was, verdict, status, changes, reaches } of read.systems.flatMap((one) => one.components)) {
        const word = {
          same: verdict.toUpperCase(),
          renamed: verdict.toUpperCase(),
          added: 'ADDED',
          removed: 'REMOVED',
        };
        const name = status === 'renamed' ? was : path;
        const said = verdict === 'equivalent' ? 'same authority' : word[status];
        expect(text).toMatch(new RegExp(`^  ${name} +${said}`, 'm'));
        for (const { object, rights } of reaches) {
          expect(text).toContain(`newly reaches   ${object} { ${rights.join(', ')} }`);
        }
        for (const { what, need, kind } of changes) if (what === 'rights') expect(text).toContain(`${need}: ${kind} {`);
      }
      expect(text).toContain(diff.complete ? '· complete' : 'NOT complete');
      expect(trips(diff, 'broadening')).toBe(/ (BROADER|ADDED|INCOMPARABLE) /.test(text));
    }),
    { numRuns: 500 },
  );
});
