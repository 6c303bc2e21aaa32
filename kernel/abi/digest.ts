/** Digest of the whole ABI: a kernel refuses a table that was made for another one. */
import { createHash } from 'node:crypto';
import { errors } from './errors.js';
import { limits, note, tableMagic, tableVersion } from './limits.js';
import { interfaceRights, kinds } from './objects.js';
import { blockingLimit, systemCalls } from './system-calls.js';
import { header, recordHeader, recordNote, sectionEntry, sections, startupHeader, startupNeed } from './table.js';

/** The definitions without their prose: a better sentence is not another ABI. */
function numbersOnly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null && 'doc' in value) {
    const { doc: _doc, ...rest } = value as Record<string, unknown>;
    return rest;
  }
  return value;
}

/** SHA-256 of the ABI, in hexadecimal. */
export const abiDigest: string = createHash('sha256')
  .update(
    JSON.stringify(
      {
        errors,
        limits,
        note,
        tableMagic,
        tableVersion,
        interfaceRights,
        kinds,
        blockingLimit,
        systemCalls: Object.entries(systemCalls).map(([name, call]) => ({ name, number: call.number })),
        header,
        sectionEntry,
        sections,
        startupHeader,
        startupNeed,
        recordHeader,
        recordNote,
      },
      numbersOnly,
    ),
  )
  .digest('hex');
