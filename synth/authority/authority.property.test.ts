import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edge, Interface, Node, SystemGraph } from '../../constructs/graph/index.js';
import { Authority } from './index.js';
import { CALL, DELEGATE, KernelModel, RECEIVE, SEND, saturate } from './kernel-model.fixture.js';
import type { Step } from './step.js';

const source = { file: 'main.ts', line: 1 };
const method = (name: string, label: number, oneway: boolean) => ({
  name,
  label,
  right: name,
  oneway,
  request: [],
  response: [],
});
const both: Interface = {
  name: 'Both',
  rights: ['ask', 'tell'],
  methods: [method('ask', 0, false), method('tell', 1, true)],
};

/** Grants to an endpoint, with the kernel’s bits. */
const endpointGrants = [
  { kind: 'Both', rights: ['ask'], mask: CALL },
  { kind: 'Both', rights: ['tell'], mask: SEND },
  { kind: 'Both', rights: ['ask', 'delegate'], mask: CALL | DELEGATE },
  { kind: 'Both', rights: ['tell', 'delegate'], mask: SEND | DELEGATE },
  { kind: 'Both', rights: ['ask', 'tell', 'delegate'], mask: CALL | SEND | DELEGATE },
  { kind: 'Both', rights: ['delegate'], mask: DELEGATE },
  { kind: 'Server<Both>', rights: ['ask'], mask: RECEIVE },
  { kind: 'Server<Both>', rights: ['ask', 'delegate'], mask: RECEIVE | DELEGATE },
] as const;
const bellGrants = [
  { kind: 'Notification', rights: ['signal'], mask: 1 },
  { kind: 'Notification', rights: ['wait'], mask: 2 },
  { kind: 'Notification', rights: ['signal', 'wait'], mask: 3 },
] as const;

interface Sample {
  readonly supervisors: readonly number[];
  readonly endpoints: number;
  readonly grants: readonly { subject: number; object: number; choice: number }[];
}

const samples: fc.Arbitrary<Sample> = fc
  .record({ components: fc.integer({ min: 2, max: 4 }), endpoints: fc.integer({ min: 1, max: 3 }) })
  .chain(({ components, endpoints }) =>
    fc.record({
      supervisors: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, fc.nat(endpoints - 1)), {
        minLength: components,
        maxLength: components,
      }),
      endpoints: fc.constant(endpoints),
      grants: fc.array(
        fc.record({
          subject: fc.nat(components - 1),
          object: fc.nat(endpoints + 1),
          choice: fc.nat(endpointGrants.length - 1),
        }),
        { minLength: 2, maxLength: 9 },
      ),
    }),
  );

const choiceOf = ({ endpoints }: Sample, { object, choice }: { object: number; choice: number }) =>
  object < endpoints ? endpointGrants[choice % endpointGrants.length] : bellGrants[choice % bellGrants.length];

function graphOf(sample: Sample): SystemGraph {
  const nodes: Node[] = [
    ...Array.from(
      { length: sample.endpoints },
      (_, index): Node => ({ type: 'Endpoint', path: `o${index}`, source, interface: 'Both' }),
    ),
    ...[0, 1].map((index): Node => ({ type: 'Notification', path: `o${sample.endpoints + index}`, source })),
    ...sample.supervisors.map(
      (supervisor, index): Node => ({
        type: 'Component',
        path: `c${index}`,
        source,
        role: 'component',
        program: 'p',
        class: 'batch',
        priority: 150,
        stack: 4096,
        zone: 'z',
        ...(supervisor < 0 ? {} : { supervisor: `o${supervisor}` }),
      }),
    ),
  ];
  const edges = sample.grants.map((grant, index): Edge => {
    const { kind = '', rights = [] } = choiceOf(sample, grant) ?? {};
    return {
      subject: `c${grant.subject}`,
      need: `n${index}`,
      object: `o${grant.object}`,
      kind,
      rights: [...rights],
      source: { file: 'main.ts', line: index },
    };
  });
  return {
    schema: 'veridian.graph/1',
    system: 's',
    source,
    interfaces: [both],
    programs: [],
    nodes,
    edges,
    machine: { name: 'q35', arch: 'x86_64', memory: 1 << 26, cores: 1, source },
  };
}

function simulate(sample: Sample): KernelModel {
  const kernel = new KernelModel(sample.supervisors, sample.endpoints);
  for (const grant of sample.grants) {
    const held = { object: grant.object, rights: choiceOf(sample, grant)?.mask ?? 0 };
    const thread = kernel.threads[grant.subject];
    if (thread && !thread.has(held)) thread.put(held);
  }
  saturate(kernel);
  return kernel;
}

/** Every mask that is held, narrower ones included, as text. */
function held(masks: Iterable<{ object: number; rights: number }>): string[] {
  const all = new Set<string>();
  for (const { object, rights } of masks) {
    for (let sub = rights; ; sub = (sub - 1) & rights) {
      all.add(`${object}:${sub}`);
      if (sub === 0) break;
    }
  }
  return [...all].sort();
}

/** Whether a chain of steps hangs together, and each says why. */
function sound(steps: readonly Step[], from: string, authority: Authority): boolean {
  let at = from;
  for (const step of steps) {
    if (step.from !== at) return false;
    at = step.to;
    for (const reason of step.because ?? [])
      if (reason.via === 'grant' && !authority.direct(reason.from).has(reason.to)) return false;
  }
  const last = steps.at(-1);
  return (
    last !== undefined &&
    (last.via !== 'grant' ||
      authority
        .direct(last.from)
        .get(last.to)
        ?.has(last.rights[0] ?? '') === true)
  );
}

test('the closure holds exactly what the kernel’s rules can reach, in 10,000 systems', () => {
  let moved = 0;
  fc.assert(
    fc.property(samples, (sample) => {
      const kernel = simulate(sample);
      const authority = Authority.of(graphOf(sample));
      for (const [index, thread] of kernel.threads.entries()) {
        const holdings = authority.holdings(`c${index}`);
        const masks = holdings.map(({ edge }) => {
          const grant = sample.grants[edge.source.line] ?? { subject: 0, object: 0, choice: 0 };
          return { object: grant.object, rights: choiceOf(sample, grant)?.mask ?? 0 };
        });
        expect(held(masks)).toEqual(held(thread.table));
        if (holdings.some(({ direct }) => !direct)) moved += 1;
      }
    }),
    { numRuns: 10_000, seed: 4 },
  );
  // The bar means something only where capabilities do move.
  expect(moved).toBeGreaterThan(1000);
});

test('every fact has a witness that hangs together, and all ways of asking agree', () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const graph = graphOf(sample);
      const authority = Authority.of(graph);
      const closure = authority.closure();
      const objects = graph.nodes.map(({ path }) => path);
      for (const subject of authority.model.components.list) {
        const reachable = authority.reachable(subject);
        let count = 0;
        for (const object of objects) {
          for (const right of ['ask', 'tell', 'delegate', 'receive', 'signal', 'wait', 'supervise']) {
            const can = reachable.get(object)?.has(right) === true;
            const steps = authority.witness(subject, object, right);
            if (can) count += 1;
            expect(closure.reaches(subject, object, right)).toBe(can);
            expect(steps !== undefined).toBe(can);
            if (steps) expect(sound(steps, subject, authority)).toBe(true);
            const holder = authority.holders(object, right).find((one) => one.subject === subject);
            expect(holder !== undefined).toBe(can);
            if (holder) expect(holder.direct).toBe(steps?.length === 1);
          }
        }
        expect(closure.count(subject)).toBe(count);
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});
