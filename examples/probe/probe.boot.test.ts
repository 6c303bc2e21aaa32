import { readFile } from 'node:fs/promises';
import { bootSystem, everyMachine, type SystemRun } from 'veridian/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Edge, Interface } from '../../constructs/graph/index.js';
import {
  interfaceRights,
  type Kind,
  kinds,
  type RightDefinition,
  type SystemCall,
  systemCalls,
} from '../../kernel/abi/index.js';
import { endpointMask, isServer, kernelKind, kernelMask } from '../../synth/layout/index.js';
import { type Declared, readDeclared } from '../../synth/verify/index.js';

const subject = 'probe/prober';
const calls = Object.entries<SystemCall>(systemCalls);
/** Calls that pass the check of rights, and are refused for another reason, which is the same for whoever makes them. */
const refusedToAll: Readonly<Record<string, string>> = {
  // Components begin where the boot table says, and their regions are of no pool.
  start_thread: 'BadArgument',
  free_frames: 'BadArgument',
  // Tried with a code that there is not: the machine is powered off when everything is tried.
  power_off: 'BadArgument',
};
/** Labels that are tried, of which an interface has some. */
const labels = 8;

/** A grant, as the kernel has it. */
interface Grant {
  readonly edge: Edge;
  readonly kind: Kind;
  readonly mask: number;
  readonly spoken?: Interface;
}

/** Every right that an object could have, by name, with its bit. */
function rightsOf(kind: Kind, spoken?: Interface): [string, number][] {
  const known = Object.entries<RightDefinition>(kinds[kind].rights);
  return [
    ...known.map(([name, { bit }]): [string, number] => [name, bit]),
    ...(spoken?.rights ?? []).map((name, index): [string, number] => [name, interfaceRights.first + index]),
  ];
}

const has = (mask: number, bit: number): boolean => (mask & (1 << bit)) !== 0;
const { call: calling, send: sending, delegate } = kinds.Endpoint.rights;
const ways = [
  ['call', calling],
  ['send', sending],
] as const;

describe.each(everyMachine)('%s', (machine) => {
  let run: SystemRun;
  let declared: Declared;
  let grants: Grant[];

  beforeAll(async () => {
    run = await bootSystem(import.meta.dirname, { machine, timeout: 170_000 });
    declared = readDeclared(await readFile(run.system.output?.image ?? ''), 'image');
    const { nodes, edges, interfaces } = run.system.graph;
    grants = edges
      .filter((edge) => edge.subject === subject)
      .map((edge) => {
        const node = nodes.find(({ path }) => path === edge.object);
        const kind = node && kernelKind(node);
        if (kind === undefined) throw new Error(`${edge.object} is nothing that a capability can name`);
        if (node?.type !== 'Endpoint' || kind !== 'Endpoint')
          return { edge, kind, mask: kernelMask(kind as Exclude<Kind, 'Endpoint'>, edge.rights) };
        const spoken = interfaces.find(({ name }) => name === node.interface);
        if (!spoken) throw new Error(`${node.interface} is no interface`);
        return { edge, kind, mask: endpointMask(edge.kind, edge.rights, spoken), spoken };
      });
  });

  /** What stands behind a word in the prober's lines, in any order. */
  const told = (word: string): string[] =>
    run.lines.flatMap((line) => (line.startsWith(`prober   | ${word} `) ? [line.slice(12 + word.length)] : [])).sort();

  test('of all names that it could make up, those that it was granted name something', () => {
    expect(told('holds')).toEqual(
      grants.map(({ edge, kind, mask }) => `${edge.need} ${kind} 0x${mask.toString(16)}`).sort(),
    );
    const [, walked] = /^(\d+) names$/.exec(told('walked')[0] ?? '') ?? [];
    // Each set of rights in each slot that it has, in four generations, and a few in each that others have.
    expect(Number(walked)).toBeGreaterThan(4 * (grants.length * 65_536 + 4_000 * 18));
  });

  test('the kernel says that it holds these objects, and no others', () => {
    const index = declared.components.findIndex(({ path }) => path === subject);
    const own = declared.components[index]?.capabilities ?? [];
    expect(new Set(own.map(({ edge }) => edge))).toEqual(new Set(grants.map(({ edge }) => edge)));
    expect(told('census').filter((line) => line.startsWith(`${index} `))).toEqual(
      own
        .map(({ record: { slot, kind, rights, object } }) => {
          return `${index} ${slot} ${kind} 0x${rights.toString(16)} ${object}`;
        })
        .sort(),
    );
  });

  test('a capability to less can be made with each right that is granted, and with no other', () => {
    const bits = Array.from({ length: 16 }, (_, bit) => bit);
    expect(told('derive')).toEqual(
      grants
        .flatMap(({ edge, mask }) => bits.map((bit) => `${edge.need} ${bit} ${has(mask, bit) ? 'ok' : 'MissingRight'}`))
        .sort(),
    );
  });

  /** What a call on an object must answer. */
  function answer(name: string, { object, rights = [] }: SystemCall, { kind, mask }: Grant): string {
    if (object !== kind) return 'WrongKind';
    const known: Readonly<Record<string, RightDefinition>> = kinds[kind].rights;
    const granted = rights.every((right) => has(mask, known[right]?.bit ?? 31));
    return granted ? (refusedToAll[name] ?? 'ok') : 'MissingRight';
  }

  test('every call works that needs only what is granted, and every other is refused', () => {
    const aboutObjects = calls.filter(([, { object }]) => object !== undefined && object !== 'any');
    expect(told('call')).toEqual(
      grants
        .flatMap((grant) =>
          aboutObjects.map(([name, call]) => `${grant.edge.need} ${name} ${answer(name, call, grant)}`),
        )
        .sort(),
    );
    expect(run.lines.at(-1)).toBe('prober   | tried everything');
    expect(run.code).toBe(0);
  });

  test('memory can be read and written as granted; everything else faults', () => {
    const mapped = grants.filter(({ kind }) => ['SharedRegion', 'Mmio', 'Dma'].includes(kind));
    expect(told('memory')).toEqual(
      mapped
        .flatMap(({ edge }) =>
          ['read', 'write'].map((right) => `${edge.need} ${right} ${edge.rights.includes(right) ? 'ok' : 'fault'}`),
        )
        .sort(),
    );
  });

  /** What the servers printed of the messages that their halves of the interface let through. */
  const heard = (): string[] => run.lines.filter((line) => line.startsWith('answerer | ')).sort();

  const slotOf = (need: string): number | undefined =>
    declared.components.find(({ path }) => path === subject)?.capabilities.find(({ edge }) => edge.need === need)
      ?.record.slot;

  /** For each client end, way of sending and label: whether the message goes, and whether the method is granted. */
  const messages = () =>
    grants
      .filter(({ kind }) => kind === 'Endpoint')
      .flatMap(({ edge, mask, spoken }) =>
        ways.flatMap(([way, { bit }]) =>
          Array.from({ length: labels }, (_, label) => {
            const method = spoken?.methods.find((one) => one.label === label);
            const granted = method !== undefined && edge.rights.includes(method.right);
            return { edge, mask, way, label, method, granted, goes: has(mask, bit) };
          }),
        ),
      );

  test('granted methods are answered, the server refuses others, the kernel what may not be sent at all', () => {
    expect(told('method')).toEqual(
      messages()
        .map(({ edge, way, label, method, granted, goes }) => {
          const reply = method === undefined ? 'UnknownMethod' : granted ? 'ok' : 'Denied';
          return `${edge.need} ${way} ${label} ${goes ? (way === 'call' ? reply : 'ok') : 'MissingRight'}`;
        })
        .sort(),
    );
    expect(heard()).toEqual(
      messages()
        .filter(({ edge, goes, granted }) => goes && granted && edge.kind === 'Talk')
        .map(({ edge, label }) => `answerer | heard ${label} of ${slotOf(edge.need)}`)
        .sort(),
    );
  });

  test('capabilities go along only where that is granted', () => {
    const endpoints = grants.filter(({ kind }) => kind === 'Endpoint');
    expect(told('pass')).toEqual(
      endpoints
        .flatMap(({ edge, mask }) =>
          ways.map(([way, { bit }]) => {
            return `${edge.need} ${way} ${has(mask, bit) && has(mask, delegate.bit) ? 'ok' : 'MissingRight'}`;
          }),
        )
        .sort(),
    );
  });

  test('what it serves reaches it', () => {
    const servers = grants.filter(({ edge }) => isServer(edge.kind));
    const expected = servers.flatMap(({ edge, spoken }) => {
      const served = spoken?.methods.filter(({ right }) => edge.rights.includes(right)) ?? [];
      return served.flatMap(({ label }) => ['receive', 'reply_receive'].map((call) => `${edge.need} ${call} ${label}`));
    });
    expect(told('received')).toEqual(expected.sort());
  });

  test('an address space that it made does what its rights say', () => {
    const own = calls.filter(([, { object }]) => object === 'AddressSpace');
    expect(told('space')).toEqual(own.flatMap(([name]) => [`all ${name} ok`, `none ${name} MissingRight`]).sort());
  });

  test('every object with every right was tried, of every kind: used where granted, refused or out of reach elsewhere', () => {
    const worked = new Set<string>();
    const refused = new Set<string>();
    const object = new Map(grants.map(({ edge }) => [edge.need, edge.object]));
    const note = (need: string, right: string, works: boolean) =>
      (works ? worked : refused).add(`${object.get(need)} ${right}`);
    // What the prober says that it did with each right.
    for (const line of told('call')) {
      const [need = '', name = '', result = ''] = line.split(' ');
      const call = calls.find(([one]) => one === name)?.[1];
      if (result === 'WrongKind') continue;
      for (const right of call?.rights ?? [])
        if (result === 'ok' || call?.rights?.length === 1) note(need, right, result !== 'MissingRight');
    }
    for (const line of told('memory')) {
      const [need = '', right = '', result] = line.split(' ');
      note(need, right, result === 'ok');
    }
    for (const line of told('method').filter((one) => one.includes(' call '))) {
      const [need = '', , label, result] = line.split(' ');
      const grant = grants.find(({ edge }) => edge.need === need);
      const method = grant?.spoken?.methods.find((one) => one.label === Number(label));
      if (method && result !== 'MissingRight') note(need, method.right, result === 'ok');
    }
    for (const line of told('pass')) {
      const [need = '', , result] = line.split(' ');
      if (result === 'ok') note(need, 'delegate', true);
    }
    for (const line of told('received')) {
      const [need = '', , label] = line.split(' ');
      const grant = grants.find(({ edge }) => edge.need === need);
      const method = grant?.spoken?.methods.find((one) => one.label === Number(label));
      if (method) note(need, method.right, true);
    }
    for (const line of heard()) {
      const [, label, slot] = /heard (\d+) of (\d+)$/.exec(line) ?? [];
      const grant = grants.find(({ edge }) => slotOf(edge.need) === Number(slot));
      const method = grant?.spoken?.methods.find((one) => one.label === Number(label));
      if (grant && method) note(grant.edge.need, method.right, true);
    }
    for (const line of told('derive')) {
      const [need, bit, result] = line.split(' ');
      const grant = grants.find(({ edge }) => edge.need === need);
      const right = grant && rightsOf(grant.kind, grant.spoken).find(([, one]) => one === Number(bit));
      if (need && right && result === 'MissingRight') refused.add(`${object.get(need)} ${right[0]}`);
    }

    const { nodes, interfaces } = run.system.graph;
    const all = nodes.flatMap((node) => {
      const kind = kernelKind(node);
      const spoken = node.type === 'Endpoint' ? interfaces.find(({ name }) => name === node.interface) : undefined;
      return kind === undefined ? [] : rightsOf(kind, spoken).map(([right]) => ({ path: node.path, kind, right }));
    });
    const granted = grants.flatMap(({ edge, kind, mask, spoken }) =>
      rightsOf(kind, spoken).flatMap(([right, bit]) => (has(mask, bit) ? [`${edge.object} ${right}`] : [])),
    );
    const reached = new Set(object.values());
    const beyond = all.filter(({ path }) => !reached.has(path)).map(({ path, right }) => `${path} ${right}`);
    expect([...worked].sort()).toEqual([...granted].sort());
    expect([...refused, ...beyond, ...worked].sort()).toEqual(all.map(({ path, right }) => `${path} ${right}`).sort());
    // Of each kind there are objects out of reach, but where a system can have one alone; spaces are made at run time.
    const made: readonly Kind[] = ['AddressSpace', ...(machine === 'q35' ? [] : (['IoPorts'] as const))];
    expect(new Set([...all.map(({ kind }) => kind), ...made])).toEqual(new Set(Object.keys(kinds)));
    const single: readonly Kind[] = ['Power', 'Census', 'Metrics', ...made];
    const outside = all.filter(({ path }) => !reached.has(path)).map(({ kind }) => kind);
    expect(new Set([...outside, ...single])).toEqual(new Set(Object.keys(kinds)));
  });
});
