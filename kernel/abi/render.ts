/** Renders the ABI to Rust. */
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import {
  abiDigest,
  blockingLimit,
  errors,
  header,
  interfaceRights,
  kinds,
  limits,
  note,
  type RecordDefinition,
  type RightDefinition,
  recordHeader,
  recordNote,
  type SystemCall,
  sectionEntry,
  sections,
  startupHeader,
  startupNeed,
  systemCalls,
  tableMagic,
  tableVersion,
} from './index.js';
import { recordLayout } from './record-layout.js';

/** Where the rendering lives, relative to the project's root. */
export const renderedAbi = 'kernel/abi/src/lib.rs';

const camel = (name: string): string => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const hex = (value: bigint): string => `0x${value.toString(16)}`;
const singular: Readonly<Record<string, string>> = {
  zones: 'ZoneRecord',
  components: 'ComponentRecord',
  mappings: 'MappingRecord',
  capabilities: 'CapabilityRecord',
  endpoints: 'EndpointRecord',
  notifications: 'NotificationRecord',
  regions: 'RegionRecord',
  interrupts: 'InterruptRecord',
  timers: 'TimerRecord',
  ports: 'PortsRecord',
  mmio: 'MmioRecord',
  dma: 'DmaRecord',
  pools: 'PoolRecord',
  power: 'PowerRecord',
};

function rustRecord(type: string, record: RecordDefinition) {
  const { size, offsets } = recordLayout(record);
  return {
    type,
    doc: record.doc,
    size,
    fields: Object.entries(record.fields).map(([name, field]) => ({ name, ...field, ...offsets[name] })),
  };
}

function rightsMask(kind: keyof typeof kinds): string {
  let mask = 0;
  for (const { bit } of Object.values(kinds[kind].rights)) mask |= 1 << bit;
  if (kind === 'Endpoint') mask |= ((1 << interfaceRights.count) - 1) << interfaceRights.first;
  return `0x${mask.toString(16)}`;
}

/** The rights that a call's token must carry, as Rust has them. */
function neededRights({ object, rights = [] }: SystemCall): string {
  if (object === undefined || object === 'any') return '0x0';
  const known: Readonly<Record<string, RightDefinition>> = kinds[object].rights;
  return hex(rights.reduce((mask, right) => mask | (1n << BigInt(known[right]?.bit ?? 0)), 0n));
}

/** The calls that take a token of one kind with certain rights. */
function callsWithRights() {
  const calls: Readonly<Record<string, SystemCall>> = systemCalls;
  return Object.entries(calls).flatMap(([name, call]) =>
    call.object === undefined || call.object === 'any' || !call.rights
      ? []
      : [{ constant: name.toUpperCase(), kind: call.object, mask: neededRights(call) }],
  );
}

/** The Rust source of `veridian-abi`. */
export function renderAbi(): string {
  const template = readFileSync(new URL('./abi.rs.hbs', import.meta.url), 'utf8');
  return Handlebars.compile(template, { strict: true, noEscape: true })({
    digestBytes: abiDigest
      .match(/../g)
      ?.map((byte) => `0x${byte}`)
      .join(', '),
    abiId: `0x${abiDigest.slice(0, 16)}`,
    tableMagic: hex(tableMagic),
    tableVersion,
    blockingLimit,
    interfaceRights,
    note,
    limits: Object.entries(limits).map(([name, value]) => ({ name, value: hex(value) })),
    kinds: Object.entries(kinds).map(([name, kind]) => ({
      name,
      ...kind,
      module: snake(name),
      mask: rightsMask(name as keyof typeof kinds),
      rights: Object.entries(kind.rights).map(([right, definition]) => ({
        constant: right.toUpperCase(),
        ...definition,
      })),
    })),
    errors: Object.entries(errors).map(([name, error]) => ({ name, ...error })),
    systemCalls: Object.entries<SystemCall>(systemCalls).map(([name, call]) => ({
      name,
      constant: name.toUpperCase(),
      doc: call.doc,
      number: call.number,
      objectCode: call.object === undefined ? '0' : call.object === 'any' ? '0xffff' : String(kinds[call.object].code),
      rightsMask: neededRights(call),
    })),
    callsWithRights: callsWithRights(),
    records: [
      rustRecord('Header', header),
      rustRecord('SectionEntry', sectionEntry),
      ...Object.entries(sections).map(([name, record]) => rustRecord(singular[name] ?? camel(name), record)),
      rustRecord('StartupHeader', startupHeader),
      rustRecord('StartupNeed', startupNeed),
      rustRecord('RecordHeader', recordHeader),
      rustRecord('RecordNote', recordNote),
    ],
    sections: Object.entries(sections).map(([name, record], index) => ({
      name,
      variant: camel(name),
      index,
      doc: record.doc,
      size: recordLayout(record).size,
    })),
  });
}
