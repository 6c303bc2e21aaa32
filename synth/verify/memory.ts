/** The memory that a component has mapped against what it was declared to have. */
import type { Source } from '../../constructs/graph/index.js';
import { kinds, limits } from '../../kernel/abi/index.js';
import type { LiveCapability, LiveMapping } from './census.js';
import type { Declared, DeclaredComponent } from './declared.js';
import type { Drift } from './drift.js';

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
  for (const run of left)
    for (const { address, pages, why } of parts(run, page, (at) => byRegion(at, run.flags, held, page))) {
      const text = `memory at ${hex(address)}: ${pages} pages, ${access(run.flags)}`;
      yield { verdict: why === undefined ? 'beyond' : 'within', text, source };
    }
}

/**
 * Tells the pages of a process made at run time: those of its maker’s program that nobody can write, and those of regions
 * that it holds. Whatever else is there, it must not have.
 */
export function* compareProcessMemory(
  { pageSize }: Declared,
  live: readonly LiveMapping[],
  held: readonly LiveCapability[],
  ofMaker: readonly LiveMapping[],
): Generator<Pick<Drift, 'verdict' | 'text'>> {
  const page = BigInt(pageSize);
  for (const run of live) {
    const why = (at: bigint): string | undefined =>
      ofProgram(run, at, ofMaker, page) ? ', of its maker’s program' : byRegion(at, run.flags, held, page);
    for (const { address, pages, why: permitted } of parts(run, page, why)) {
      const text = `memory at ${hex(address)}: ${pages} pages, ${access(run.flags)}${permitted ?? ''}`;
      yield { verdict: permitted === undefined ? 'beyond' : 'within', text };
    }
  }
}

/** A run’s pages in parts that are permitted for one reason, or not at all. */
function* parts(
  { address, pages }: LiveMapping,
  page: bigint,
  why: (address: bigint) => string | undefined,
): Generator<{ readonly address: bigint; readonly pages: number; readonly why: string | undefined }> {
  let first = 0;
  for (let next = 1; next <= pages; next++) {
    const reason = why(address + BigInt(first) * page);
    if (next < pages && why(address + BigInt(next) * page) === reason) continue;
    yield { address: address + BigInt(first) * page, pages: next - first, why: reason };
    first = next;
  }
}

/** Whether the maker has the same page at the same place, and nobody can write there. */
function ofProgram(run: LiveMapping, at: bigint, ofMaker: readonly LiveMapping[], page: bigint): boolean {
  const physical = (one: LiveMapping): bigint => one.physical + (at - one.address);
  const mapped = ofMaker.find((one) => one.address <= at && at < one.address + BigInt(one.pages) * page);
  const writable = BigInt(run.flags) & (limits.MAP_WRITE | limits.MAP_DEVICE);
  return mapped !== undefined && mapped.flags === run.flags && writable === 0n && physical(mapped) === physical(run);
}

/**
 * A page that is mapped at run time through a capability to a region, which knows the page that it begins at: one taken
 * from a pool, or passed.
 */
function byRegion(at: bigint, flags: number, held: readonly LiveCapability[], page: bigint): string | undefined {
  const right = BigInt(flags) & limits.MAP_WRITE ? kinds.SharedRegion.rights.write : kinds.SharedRegion.rights.read;
  if (BigInt(flags) & (limits.MAP_EXECUTE | limits.MAP_DEVICE)) return undefined;
  const through = held.some(({ kind, badge, rights }) => {
    const start = BigInt(badge) * page;
    const end = start + limits.MAX_RUN_PAGES * page;
    return kind === kinds.SharedRegion.code && badge !== 0 && rights & (1 << right.bit) && start <= at && at < end;
  });
  return through ? '' : undefined;
}
