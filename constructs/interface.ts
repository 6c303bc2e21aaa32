/** Interfaces between components: declared once, from which both Rust halves are generated. */

import { limits } from '../kernel/abi/limits.js';
import { interfaceRights } from '../kernel/abi/objects.js';
import { DefinitionError } from './definition-error.js';
import { fieldSize } from './fields.js';
import {
  type Interface as Description,
  type FieldType,
  Interface as InterfaceSchema,
  type Method,
} from './graph/index.js';
import { captureSource } from './source.js';

/** Fields of a message by name, in the order in which they travel. */
export type Fields = Readonly<Record<string, FieldType>>;

/** A method of whatever right, before it has a name. */
export interface AnyMethodDeclaration {
  readonly oneway: boolean;
  readonly request: Fields;
  readonly response: Fields;
  readonly right: unknown;
}

/** A method before it has a name. `Right` is undefined when the method's name is the right. */
export interface MethodDeclaration<Right extends string | undefined = string | undefined> extends AnyMethodDeclaration {
  readonly right: Right;
}

/** Options of a method. */
export interface MethodProps<Right extends string> {
  /**
   * The right that a caller needs.
   * @default - the method's name
   */
  readonly right: Right;
}

/** A method that is called and answers. */
export function method(request: Fields, response: Fields): MethodDeclaration<undefined>;
export function method<const Right extends string>(
  request: Fields,
  response: Fields,
  props: MethodProps<Right>,
): MethodDeclaration<Right>;
export function method(request: Fields, response: Fields, props?: MethodProps<string>): MethodDeclaration {
  return { oneway: false, request, response, right: props?.right };
}

/** A method that is sent: the sender does not wait and gets no answer. */
export function oneway(request: Fields): MethodDeclaration<undefined>;
export function oneway<const Right extends string>(
  request: Fields,
  props: MethodProps<Right>,
): MethodDeclaration<Right>;
export function oneway(request: Fields, props?: MethodProps<string>): MethodDeclaration {
  return { oneway: true, request, response: {}, right: props?.right };
}

/** The rights that the methods `M` need. */
export type RightsOfMethods<M> = {
  [Name in keyof M & string]: M[Name] extends MethodDeclaration<infer Right>
    ? Right extends string
      ? Right
      : Name
    : never;
}[keyof M & string];

/** The right to pass a capability along with a message; every interface has it beside its own. */
export const delegate = 'delegate';

/** An interface: what is spoken over an endpoint. Made by `defineInterface`. */
export class Interface<Name extends string, Right extends string> {
  readonly name: Name;
  /** As the graph has it. */
  readonly definition: Description;
  /** Rights of the methods, in order of first use. */
  readonly rights: readonly Right[];

  /** @internal */
  constructor(name: Name, definition: Description) {
    this.name = name;
    this.definition = definition;
    this.rights = definition.rights as Right[];
  }
}

const maxMessage = Number(limits.MESSAGE_WORDS) * 8;
const identifier = /^[a-zA-Z][a-zA-Z0-9_]*$/;
interface Wrong {
  readonly summary: string;
  readonly value: string;
  readonly allowed: string;
  readonly help: string;
}

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
  if (!('max' in field) || (Number.isInteger(field.max) && field.max >= 1 && field.max < maxMessage)) return undefined;
  return {
    summary: `${what} cannot be of this length`,
    value: String(field.max),
    allowed: `1 to ${maxMessage - 1}`,
    help: 'a message has 64 bytes; share a region for more',
  };
}

function* wrongFields(what: string, fields: Method['request']): Generator<Wrong | undefined> {
  for (const { name, value } of fields) {
    yield wrongName(`a field of ${what}`, name);
    yield wrongField(`${what}’s ${name}`, value);
  }
  const size = fields.reduce((sum, field) => sum + fieldSize(field.value), 0);
  if (size > maxMessage) {
    yield {
      summary: `${what} does not fit into a message`,
      value: `${size} bytes`,
      allowed: `${maxMessage} bytes; a text or bytes takes max + 1`,
      help: 'shorten a field, split the method, or share a region for bulk data',
    };
  }
}

function* wrongs(definition: Description): Generator<Wrong | undefined> {
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

const fieldsOf = (fields: Fields): Method['request'] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

/**
 * Declares an interface. A method's label on the wire is its position; its right is its name unless
 * it says otherwise. A request or response has at most 64 bytes.
 */
export function defineInterface<
  const Name extends string,
  const Methods extends Readonly<Record<string, AnyMethodDeclaration>>,
>(name: Name, methods: Methods): Interface<Name, RightsOfMethods<Methods>> {
  const described = Object.entries(methods).map(
    ([key, declaration], label): Method => ({
      name: key,
      label,
      right: typeof declaration.right === 'string' ? declaration.right : key,
      oneway: declaration.oneway,
      request: fieldsOf(declaration.request),
      response: fieldsOf(declaration.response),
    }),
  );
  const definition: Description = {
    name,
    rights: [...new Set(described.map(({ right }) => right))],
    methods: described,
  };
  for (const wrong of wrongs(definition)) {
    if (wrong !== undefined)
      throw new DefinitionError({ code: 'VRD0012', path: '', source: captureSource(), ...wrong });
  }
  return new Interface(name, InterfaceSchema.parse(definition));
}
