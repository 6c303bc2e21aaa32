/** Renders the ABI as a page for people: `docs/kernel.md`. */
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import {
  abiDigest,
  blockingLimit,
  errors,
  interfaceRights,
  kinds,
  limits,
  type SystemCall,
  systemCalls,
} from './index.js';

const code = (name: string): string => `\`${name}\``;
const named = (docs: Readonly<Record<string, string>>) => Object.entries(docs).map(([name, doc]) => ({ name, doc }));

/** What a token must be for a call: `the right `call` of an Endpoint`. */
function needs({ object, rights = [] }: SystemCall): string | undefined {
  if (object === undefined) return undefined;
  const one =
    object === 'any' ? 'a capability of any kind' : `a capability to ${/^[AEIOU]/.test(object) ? 'an' : 'a'} ${object}`;
  if (rights.length === 0) return one;
  return `${one} with the right ${rights.map(code).join(' and ')}`;
}

function describe(name: string, call: SystemCall) {
  const { number, doc, object, rights = [] } = call;
  const results = Object.keys(call.results);
  return {
    name,
    number,
    doc,
    object: object === undefined ? '' : object === 'any' ? 'any kind' : object,
    rights: rights.map(code).join(', '),
    synopsis: `${name}(${Object.keys(call.arguments).join(', ')})${results.length === 0 ? '' : ` → ${results.join(', ')}`}`,
    needs: needs(call),
    arguments: named(call.arguments),
    results: named(call.results),
    errors: call.errors.map(code).join(', '),
  };
}

/** The text of `docs/kernel.md`. */
export function renderReference(): string {
  const template = readFileSync(new URL('./reference.md.hbs', import.meta.url), 'utf8');
  return Handlebars.compile(template, { noEscape: true })({
    digest: abiDigest.slice(0, 16),
    blockingLimit,
    messageBytes: limits.MESSAGE_WORDS * 8n,
    messageLong: limits.MESSAGE_LONG,
    bufferBytes: limits.MESSAGE_BUFFER_SIZE,
    tick: limits.TICK_NANOSECONDS / 1000n,
    kinds: Object.entries(kinds).map(([name, { doc, rights }]) => ({
      name,
      doc,
      rights: Object.entries(rights).map(([right, definition]) => ({ name: right, ...definition })),
      interface:
        name === 'Endpoint'
          ? { first: interfaceRights.first, last: interfaceRights.first + interfaceRights.count - 1 }
          : undefined,
    })),
    calls: Object.entries(systemCalls).map(([name, call]) => describe(name, call)),
    errors: Object.entries(errors).map(([name, error]) => ({ name, ...error })),
  });
}
