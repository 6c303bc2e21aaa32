/** Digest of an interface: how a program and a system find out that they mean the same one. */
import { createHash } from 'node:crypto';
import type { Interface } from '../../constructs/graph/index.js';

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** First 16 hexadecimal digits of the SHA-256 of the interface's canonical JSON (keys sorted, no spaces). */
export function interfaceDigest(definition: Interface): string {
  return createHash('sha256').update(JSON.stringify(definition, sortKeys)).digest('hex').slice(0, 16);
}
