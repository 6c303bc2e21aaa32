/** What can be wrong with the declaration of an interface. */
import * as z from 'zod';
import { interfaceRights } from '../kernel/abi/objects.js';
import { written } from './arguments.js';
import type { Mistake } from './definition-error.js';
import { fieldTypes, messageSize, mostBytes } from './fields.js';
import type { FieldType, Interface, Method } from './graph/index.js';

/** The right to pass a capability along with a message; every interface has it beside its own. */
export const delegate = 'delegate';

/** The longest text that a message has room for, behind its length. */
const longest = mostBytes - 2;
const identifier = /^[a-zA-Z][a-zA-Z0-9_]*$/;
/** A mistake before it has a place. */
type Wrong = Pick<Mistake, 'summary' | 'value' | 'allowed' | 'help'>;

function wrongName(what: string, name: string): Wrong | undefined {
  if (identifier.test(name)) return undefined;
  return {
    summary: `${what} cannot have this name`,
    value: name,
    allowed: 'letters, digits and _, starting with a letter',
    help: 'choose a name that TypeScript and Rust both take',
  };
}

function wrongField(what: string, field: FieldType): Wrong | undefined {
  if (!('max' in field) || (Number.isInteger(field.max) && field.max >= 1 && field.max <= longest)) return undefined;
  return {
    summary: `${what} cannot be of this length`,
    value: String(field.max),
    allowed: `1 to ${longest}`,
    help: `a message has ${mostBytes} bytes at most; share a region for more`,
  };
}

function* wrongFields(what: string, fields: Method['request']): Generator<Wrong | undefined> {
  for (const { name, value } of fields) {
    yield wrongName(`a field of ${what}`, name);
    yield wrongField(`${what}’s ${name}`, value);
  }
  const size = messageSize(fields);
  if (size > mostBytes) {
    yield {
      summary: `${what} does not fit into a message`,
      value: `${size} bytes`,
      allowed: `${mostBytes} bytes; a text or bytes takes max + 1, or max + 2 where max is over 255`,
      help: 'shorten a field, split the method, or share a region for bulk data',
    };
  }
}

function* wrongs(definition: Interface): Generator<Wrong | undefined> {
  yield wrongName('an interface', definition.name);
  if (definition.methods.length === 0) {
    yield {
      summary: `interface ${definition.name} has no method`,
      value: '{}',
      allowed: 'one method or more',
      help: 'declare what may be called, with method() or oneway()',
    };
  }
  for (const { name, right, request, response } of definition.methods) {
    yield wrongName('a method', name);
    yield wrongName('a right', right);
    yield* wrongFields(`the request of ${definition.name}.${name}`, request);
    yield* wrongFields(`the response of ${definition.name}.${name}`, response);
  }
  if (definition.rights.includes(delegate)) {
    yield {
      summary: `interface ${definition.name} takes the name of a right that every interface has`,
      value: delegate,
      allowed: `any right but ${delegate}, which is to pass a capability along with a message`,
      help: 'give the method another right: method(…, …, { right: "…" })',
    };
  }
  if (definition.rights.length > interfaceRights.count) {
    yield {
      summary: `interface ${definition.name} has too many rights`,
      value: `${definition.rights.length}`,
      allowed: `${interfaceRights.count}`,
      help: 'let methods share a right: method(…, …, { right: "read" })',
    };
  }
}

const FieldsShape = z.record(z.string(), z.looseObject({ type: z.enum(fieldTypes) }));
const MethodsShape = z.record(
  z.string(),
  z.looseObject({ oneway: z.boolean(), request: FieldsShape, response: FieldsShape }),
);

/** What is not even of the shape that the types ask for. */
export function wrongShape(name: unknown, methods: unknown): Wrong | undefined {
  if (typeof name !== 'string') {
    return {
      summary: 'an interface has no name',
      value: written(name),
      allowed: 'a text',
      help: 'name it: defineInterface("Greeter", { … })',
    };
  }
  const [issue] = MethodsShape.safeParse(methods).error?.issues ?? [];
  if (issue === undefined) return undefined;
  const bad = issue.path.reduce<unknown>(
    (holder, key) => (holder as Record<PropertyKey, unknown> | undefined)?.[key],
    methods,
  );
  return {
    summary: `interface ${name} is not declared by methods and their fields`,
    value: [...issue.path, written(bad)].join(': '),
    allowed: 'method(…) and oneway(…) by name, with u8 to u64, i8 to i64, bool, text(…) and bytes(…) as fields',
    help: 'declare each method: greet: method({ name: text({ max: 48 }) }, {})',
  };
}

/** Everything wrong with an interface. */
export function wrongInterface(definition: Interface): Wrong[] {
  return [...wrongs(definition)].filter((wrong) => wrong !== undefined);
}
