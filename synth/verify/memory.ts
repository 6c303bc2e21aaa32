/** The memory that a component has mapped against what it was declared to have. */
import type { Source } from '../../constructs/graph/index.js';
import { kinds, limits } from '../../kernel/abi/index.js';
import type { LiveCapability, LiveMapping } from './census.js';
import type { Drift } from './compare.js';
import type { Declared, DeclaredComponent } from './declared.js';

type Found = Pick<Drift, 'verdict' | 'text' | 'source'>;

const hex = (address: bigint): string => `0x${address.toString(16)}`;

/** Flags as people read them. */
function access(flags: number): string {
  const has = (flag: bigint): boolean => (BigInt(flags) & flag) !== 0n;
  const names = [
    has(limits.MAP_READ) ? 'read' : '',
    has(limits.MAP_WRITE) ? 'write' : '',
    has(limits.MAP_EXECUTE) ? 'execute' : '',
    has(limits.MAP_DEVICE) ? 'device' : '',
  ];
  return names.filter((name) => name !== '').join(', ');
}

/** Where the first byte of each object that is mapped in place was found: one place for all who map it. */
const places = new WeakMap<Declared, Map<string, bigint>>();

function expectedBase(declared: Declared, source: number, object: number, found: bigint): bigint {
  if (BigInt(source) === limits.SOURCE_MMIO) return declared.mmio[object] ?? found;
  const known = places.get(declared) ?? new Map<string, bigint>();
  places.set(declared, known);
  const key = `${source} ${object}`;
  if (!known.has(key)) known.set(key, found);
  return known.get(key) ?? found;
}

/** Compares a component’s address space, page run by page run. */
export function* compareMemory(
  declared: Declared,
  { mappings, capabilities, source }: DeclaredComponent,
  live: readonly LiveMapping[],
  held: readonly LiveCapability[],
): Generator<Found> {
  const left = [...live];
  const page = BigInt(declared.pageSize);
  const bytes = (pages: number): bigint => BigInt(pages) * page;
  for (const { address, pages, flags, offset, source: kind, object } of mappings) {
    const end = address + bytes(pages);
    const grant = [limits.SOURCE_REGION, limits.SOURCE_DMA, limits.SOURCE_MMIO].includes(BigInt(kind) as never)
      ? capabilities.find(
          ({ record }) =>
            record.object === object &&
            record.kind === { 2: kinds.SharedRegion.code, 3: kinds.Dma.code, 4: kinds.Mmio.code }[kind as 2 | 3 | 4],
        )
      : undefined;
    const at: Source = grant?.edge.source ?? source;
    const what = `memory at ${hex(address)}${grant ? ` of ${grant.edge.object}` : ''}`;
    const isPrivate =
      BigInt(kind) === limits.SOURCE_ZERO ||
      BigInt(kind) === limits.SOURCE_BUFFER ||
      (BigInt(kind) === limits.SOURCE_IMAGE && (BigInt(flags) & limits.MAP_WRITE) !== 0n);
    let covered = 0n;
    for (let index = 0; index < left.length; index++) {
      const run = left[index];
      if (!run) continue;
      const from = run.address > address ? run.address : address;
      const runEnd = run.address + bytes(run.pages);
      const to = runEnd < end ? runEnd : end;
      if (from >= to) continue;
      covered += to - from;
      const physical = run.physical + (from - run.address);
      if (run.flags !== flags)
        yield { verdict: 'changed', text: `${what}: ${access(run.flags)}, declared ${access(flags)}`, source: at };
      if (!isPrivate) {
        const base = physical - offset - (from - address);
        if (expectedBase(declared, kind, object, base) !== base)
          yield { verdict: 'changed', text: `${what} is at another physical address than for others`, source: at };
      }
      const rest = [
        { ...run, pages: Number((from - run.address) / page) },
        {
          ...run,
          address: to,
          physical: run.physical + (to - run.address),
          pages: Number((runEnd - to) / page),
        },
      ].filter((one) => one.pages > 0);
      left.splice(index, 1, ...rest);
      index += rest.length - 1;
    }
    const missing = (end - address - covered) / page;
    if (missing > 0n) yield { verdict: 'gone', text: `${what}: ${missing} of ${pages} pages`, source: at };
  }
  // Memory is mapped at run time by whoever holds a region: one that it took from a pool, or was passed.
  const mayMap = held.some((one) => one.kind === kinds.SharedRegion.code && one.badge !== 0);
  for (const { address, pages, flags } of left) {
    const text = `memory at ${hex(address)}: ${pages} pages, ${access(flags)}`;
    yield { verdict: mayMap ? 'within' : 'beyond', text, source };
  }
}
