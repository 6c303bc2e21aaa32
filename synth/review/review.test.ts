import { describe, expect, test } from 'vitest';
import type { Edge, Interface, Node, Policy, SystemGraph } from '../../constructs/graph/index.js';
import { renderFinding } from '../findings/index.js';
import { review } from './index.js';

const at = (line: number) => ({ file: 'main.ts', line });
const store: Interface = {
  name: 'Store',
  rights: ['put', 'tell'],
  methods: [
    { name: 'put', label: 0, right: 'put', oneway: false, request: [], response: [] },
    { name: 'tell', label: 1, right: 'tell', oneway: true, request: [], response: [] },
  ],
};

function component(id: string, line: number, priority = 120): Node {
  const kind = priority < 100 ? 'realtime' : 'interactive';
  return {
    type: 'Component',
    path: `shop/${id}`,
    source: at(line),
    role: 'component',
    program: id,
    class: kind,
    priority,
    stack: 4096,
    zone: 'shop/normal',
  };
}
function grant(subject: string, need: string, object: string, kind: string, rights: string[], line: number): Edge {
  return { subject: `shop/${subject}`, need, object: `shop/${object}`, kind, rights, source: at(line) };
}

/** `web` puts into `cache`, which writes `disk`; `audit` reads it; `driver` has DMA. */
function shop(change: (graph: SystemGraph) => void = () => {}): SystemGraph {
  const graph: SystemGraph = {
    schema: 'veridian.graph/1',
    system: 'shop',
    source: at(1),
    machine: { name: 'q35', arch: 'x86_64', memory: 1 << 26, cores: 1, source: at(1) },
    interfaces: [store],
    programs: [],
    nodes: [
      { type: 'Endpoint', path: 'shop/requests', source: at(2), interface: 'Store' },
      { type: 'SharedRegion', path: 'shop/disk', source: at(3), size: 4096, zone: 'shop/normal' },
      { type: 'Dma', path: 'shop/ring', source: at(4), size: 4096, zone: 'shop/normal' },
      component('web', 10),
      component('cache', 11),
      component('audit', 12),
      component('driver', 13),
    ],
    edges: [
      grant('web', 'cache', 'requests', 'Store', ['put'], 44),
      grant('cache', 'requests', 'requests', 'Server<Store>', ['put'], 37),
      grant('cache', 'disk', 'disk', 'SharedRegion', ['read', 'write'], 38),
      grant('audit', 'disk', 'disk', 'SharedRegion', ['read'], 52),
      grant('driver', 'ring', 'ring', 'Dma', ['read', 'write'], 60),
    ],
  };
  change(graph);
  return graph;
}

type Bare = Policy extends infer P ? (P extends unknown ? Omit<P, 'name' | 'source'> : never) : never;
const today = '2026-11-22';
function broken(rule: Bare, change?: (graph: SystemGraph) => void): string[] {
  const policy = { name: 'rule', source: at(70), ...rule } as Policy;
  return review({ ...shop(change), policies: [policy] }, today)
    .filter(({ severity }) => severity === 'error')
    .map((finding) => renderFinding(finding));
}

test('the sample needs no review', () => {
  expect(review(shop(), today)).toEqual([]);
});

describe('rules', () => {
  test('cannotReach shows the way, each step with its line', () => {
    expect(broken({ rule: 'cannotReach', from: 'shop/web', to: 'shop/disk', rights: ['write'] })).toEqual([
      `error VRD0310  rule: shop/web can write shop/disk
  --> main.ts:70
   way     web ─put→ cache  over requests   main.ts:44
   way     cache ─write→ disk               main.ts:38
   help    take one of these grants away or narrow it, or change the rule`,
    ]);
    expect(broken({ rule: 'cannotReach', from: 'shop/audit', to: 'shop/disk', rights: ['write'] })).toEqual([]);
    expect(broken({ rule: 'cannotReach', from: 'shop/audit', to: 'shop/requests' })).toEqual([]);
  });

  test('cannotReach sees memory and DMA', () => {
    const [memory] = broken({ rule: 'cannotReach', from: 'shop/web', to: 'shop/audit' });
    expect(memory).toContain('cache ─write→ audit  through the memory disk   main.ts:38');
    const [dma] = broken({ rule: 'cannotReach', from: 'shop/driver', to: 'shop/disk' });
    expect(dma).toContain('driver ─DMA→ disk  with ring: no IOMMU keeps its device from any memory   main.ts:60');
  });

  test('onlyVia', () => {
    const rule = { rule: 'onlyVia', from: 'shop/web', gateway: 'shop/cache', to: 'shop/disk' } as const;
    expect(broken(rule)).toEqual([]);
    expect(broken({ ...rule, gateway: 'shop/requests' })).toEqual([]);
    const [around] = broken(rule, ({ edges }) => {
      edges.push(grant('web', 'disk', 'disk', 'SharedRegion', ['read'], 45));
    });
    expect(around).toContain('error VRD0311  rule: shop/web can read shop/disk');
    expect(around).toContain('main.ts:45');
  });

  test('noSharedWriters', () => {
    expect(broken({ rule: 'noSharedWriters', region: 'shop/disk' })).toEqual([]);
    const [two] = broken({ rule: 'noSharedWriters', region: 'shop/disk' }, ({ edges }) =>
      edges[3]?.rights.push('write'),
    );
    expect(two).toContain('error VRD0312  rule: shop/disk has 2 writers');
    expect(two).toContain('main.ts:38');
    expect(two).toContain('main.ts:52');
  });

  test('noDma, for what can be passed as well', () => {
    expect(broken({ rule: 'noDma', paths: ['shop/web', 'shop/cache'] })).toEqual([]);
    expect(broken({ rule: 'noDma', paths: ['shop/driver'] })[0]).toContain('shop/driver can come to hold shop/ring');
    const [passed] = broken({ rule: 'noDma', paths: ['shop/cache'] }, ({ edges }) => {
      edges.push(grant('driver', 'cache', 'requests', 'Store', ['put', 'delegate'], 61));
    });
    expect(passed).toContain('error VRD0313  rule: shop/cache can come to hold shop/ring');
    expect(passed).toContain('cache ←delegate─ driver  passes capabilities over requests   main.ts:61');
  });

  test('isolated', () => {
    expect(
      broken({ rule: 'isolated', groups: [['shop/audit'], ['shop/web', 'shop/cache']] }, ({ edges }) =>
        edges.splice(3, 1),
      ),
    ).toEqual([]);
    const found = broken({ rule: 'isolated', groups: [['shop/audit'], ['shop/web', 'shop/cache']] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('error VRD0314  rule: shop/cache can make shop/audit act');
  });

  test('maxHolders', () => {
    expect(broken({ rule: 'maxHolders', object: 'shop/disk', max: 2 })).toEqual([]);
    expect(broken({ rule: 'maxHolders', object: 'shop/requests', max: 1 })).toEqual([]);
    expect(broken({ rule: 'maxHolders', object: 'shop/disk', max: 1, rights: ['write'] })).toEqual([]);
    const [many] = broken({ rule: 'maxHolders', object: 'shop/disk', max: 1 });
    expect(many).toContain('error VRD0315  rule: shop/disk can come to be held by 2 components');
    expect(many).toContain('audit ─read→ disk');
  });

  test('a rule of one’s own', () => {
    const violations = [
      { message: 'web is slow', path: 'shop/web', source: at(10), steps: [{ text: 'a step', source: at(44) }] },
    ];
    expect(broken({ rule: 'own', violations: [] })).toEqual([]);
    expect(broken({ rule: 'own', violations })[0]).toContain('error VRD0316  rule: web is slow');
  });

  test('about nothing', () => {
    expect(broken({ rule: 'noDma', paths: ['shop/requests'] })[0]).toContain('error VRD0317');
    expect(broken({ rule: 'cannotReach', from: 'shop', to: 'shop/power' })).toEqual([]);
  });
});

describe('acknowledgements', () => {
  const policy: Policy = { rule: 'noDma', name: 'no DMA', paths: ['shop/driver'], source: at(70) };
  const one = { code: 'VRD0313', path: 'shop/driver', reason: 'old device', expires: '2026-12-31', source: at(80) };
  const codes = (acknowledgement: typeof one, day: string): string[] =>
    review({ ...shop(), policies: [policy], acknowledgements: [acknowledgement] }, day).map(({ code }) => code);

  test('hold until their last day, and no longer', () => {
    expect(codes(one, '2026-12-31')).toEqual([]);
    expect(codes(one, '2027-01-01')).toEqual(['VRD0313', 'VRD0318']);
  });

  test('of nothing are told', () => {
    expect(codes({ ...one, path: 'shop/web' }, '2026-12-31')).toEqual(['VRD0313', 'VRD0319']);
  });
});

describe('advice', () => {
  const codes = (change: (graph: SystemGraph) => void): string[] =>
    review(shop(change), today).map((finding) => `${finding.code} ${finding.message}`);

  test('components that wait for each other', () => {
    const back: (graph: SystemGraph) => void = ({ nodes, edges }) => {
      nodes.push({ type: 'Endpoint', path: 'shop/back', source: at(5), interface: 'Store' });
      edges.push(grant('cache', 'back', 'back', 'Store', ['put'], 39));
      edges.push(grant('web', 'back', 'back', 'Server<Store>', ['put'], 46));
    };
    expect(codes(back)).toEqual(['VRD0331 shop/cache, shop/web can wait for each other for ever']);
    expect(
      codes((graph) => {
        back(graph);
        for (const edge of graph.edges)
          if (edge.need === 'back' && edge.subject === 'shop/web') edge.subject = 'shop/audit';
      }),
    ).toEqual([]);
  });

  test('declared and used by nobody', () => {
    const bell: Node = { type: 'Notification', path: 'shop/bell', source: at(6) };
    expect(codes(({ nodes }) => nodes.push(bell))).toEqual(['VRD0332 shop/bell is declared, and granted to nobody']);
    expect(
      codes(({ nodes, edges }) => {
        nodes.push(bell);
        edges.push(grant('web', 'bell', 'bell', 'Notification', ['wait', 'signal'], 47));
      }),
    ).toEqual([]);
  });

  test('interrupt that nobody waits for', () => {
    const wired =
      (bound: boolean, waits = false): ((graph: SystemGraph) => void) =>
      ({ nodes, edges }) => {
        const notification = 'shop/fired';
        nodes.push({ type: 'Notification', path: notification, source: at(6) });
        nodes.push({
          type: 'Interrupt',
          path: 'shop/irq',
          source: at(7),
          line: 3,
          trigger: 'edge',
          notification,
          bit: 0,
        });
        edges.push(grant('driver', 'irq', 'irq', 'Interrupt', ['acknowledge'], 61));
        if (waits) edges.push(grant('driver', 'fired', 'fired', 'Notification', ['wait'], 62));
        const [endpoint] = nodes;
        if (bound && endpoint?.type === 'Endpoint') endpoint.notification = notification;
      };
    expect(codes(wired(false))).toEqual(['VRD0339 shop/irq signals shop/fired, for which nobody waits']);
    expect(codes(wired(true))).toEqual([]);
    expect(codes(wired(false, true))).toEqual([]);
  });

  test('timer that nobody waits for', () => {
    const armed =
      (...rights: string[]): ((graph: SystemGraph) => void) =>
      ({ nodes, edges }) => {
        const notification = 'shop/late';
        nodes.push({ type: 'Notification', path: notification, source: at(6) });
        nodes.push({ type: 'Timer', path: 'shop/timeout', source: at(7), notification, bit: 0 });
        edges.push(grant('web', 'timeout', 'timeout', 'Timer', ['arm'], 61));
        if (rights.length > 0) edges.push(grant('web', 'late', 'late', 'Notification', rights, 62));
      };
    expect(codes(armed())).toEqual(['VRD0339 shop/timeout signals shop/late, for which nobody waits']);
    expect(codes(armed('wait'))).toEqual([]);
  });

  test('shared region with one side', () => {
    expect(codes(({ edges }) => edges.splice(3, 1))).toEqual([
      'VRD0340 shop/disk is shared with nobody: shop/cache alone has it',
    ]);
    expect(codes(({ edges }) => edges[2]?.rights.splice(1))).toEqual([
      'VRD0340 nobody writes shop/disk: it only ever has zeroes',
    ]);
    expect(codes(() => {})).toEqual([]);
  });

  test('notification with one side', () => {
    const bell =
      (...rights: readonly string[]): ((graph: SystemGraph) => void) =>
      ({ nodes, edges }) => {
        nodes.push({ type: 'Notification', path: 'shop/bell', source: at(6) });
        const subjects = ['web', 'audit'];
        for (const [index, right] of rights.entries()) {
          edges.push(grant(subjects[index] ?? '', 'bell', 'bell', 'Notification', [right], 47));
        }
      };
    expect(codes(bell('wait'))).toEqual(['VRD0342 nobody signals shop/bell']);
    expect(codes(bell('signal'))).toEqual(['VRD0342 nobody waits for shop/bell']);
    expect(codes(bell('signal', 'wait'))).toEqual([]);
  });

  test('optional grant that nothing uses', () => {
    const optional =
      (object: string, kind: string, rights: string[], more: readonly Edge[] = []): ((graph: SystemGraph) => void) =>
      ({ programs, nodes, edges }) => {
        const source = at(9);
        programs.push({
          name: 'web',
          file: 'cargo:web',
          needs: [{ name: 'extra', kind, rights, optional: true, source }],
        });
        nodes.push({ type: 'Notification', path: 'shop/bell', source });
        nodes.push({ type: 'SharedRegion', path: 'shop/area', source, size: 4096, zone: 'shop/normal' });
        nodes.push({ type: 'Endpoint', path: 'shop/door', source, interface: 'Store' });
        edges.push(grant('web', 'extra', object, kind, rights, 90), ...more);
      };
    const found = (change: (graph: SystemGraph) => void): string[] =>
      codes(change).filter((text) => text.startsWith('VRD0343'));
    const said = (why: string): string[] => [
      `VRD0343 shop/web is granted \`extra\`, which its program does without, for nothing: ${why}`,
    ];
    expect(found(optional('door', 'Store', ['put']))).toEqual(said('nobody serves shop/door'));
    expect(found(optional('bell', 'Notification', ['signal']))).toEqual(said('nobody waits for shop/bell'));
    expect(found(optional('area', 'SharedRegion', ['read']))).toEqual(said('nobody else has shop/area'));
    expect(
      found(optional('area', 'SharedRegion', ['read'], [grant('audit', 'area', 'area', 'SharedRegion', ['read'], 91)])),
    ).toEqual([]);
    expect(found(optional('requests', 'Store', ['put']))).toEqual([]);
  });

  test('nobody serves an endpoint', () => {
    expect(codes(({ edges }) => edges.splice(1, 1))).toEqual([
      'VRD0333 nobody receives from shop/requests: whoever calls it waits for ever',
    ]);
  });

  test('endpoint that nobody calls', () => {
    expect(codes(({ edges }) => edges.splice(0, 1))).toEqual([
      'VRD0341 nobody calls shop/requests, or is told of faults there',
    ]);
    expect(
      codes(({ nodes, edges }) => {
        edges.splice(0, 1);
        const audit = nodes.find(({ path }) => path === 'shop/audit');
        if (audit?.type === 'Component') audit.supervisor = 'shop/requests';
      }),
    ).toEqual([]);
  });

  test('real-time client of a less urgent server', () => {
    const urgent = (graph: SystemGraph): void => {
      graph.nodes.push(component('control', 14, 5));
      graph.edges.push(grant('control', 'cache', 'requests', 'Store', ['put'], 48));
    };
    expect(codes(urgent)).toEqual(['VRD0334 shop/control at priority 5 waits for shop/cache at priority 120']);
    // Alone with its server, it lends that its priority at once.
    expect(
      codes((graph) => {
        urgent(graph);
        graph.edges.splice(0, 1);
      }),
    ).toEqual([]);
    const alone = (right: string) => (graph: SystemGraph) => {
      urgent(graph);
      graph.edges.splice(0, 1);
      graph.edges.at(-1)?.rights.splice(0, 1, right);
    };
    expect(codes(alone('tell'))).toHaveLength(1);
  });

  test('the census is read outside of the audit service', () => {
    const reads = (...subjects: string[]) =>
      codes((graph) => {
        graph.programs.push({ name: 'audit', file: 'veridian:audit', needs: [] });
        graph.nodes.push({ type: 'Census', path: 'shop/census', source: at(7) });
        for (const one of subjects) graph.edges.push(grant(one, 'census', 'census', 'Census', ['read'], 48));
      });
    expect(reads('audit')).toEqual([]);
    expect(reads('web')).toEqual(['VRD0361 shop/web learns what every component of the system holds']);
    expect(reads('audit', 'web')).toEqual(['VRD0361 shop/web learns what every component of the system holds']);
  });
});
