/** Interfaces between components: declared once, from which both Rust halves are generated. */
import { DefinitionError, DefinitionErrors, type Mistake } from './definition-error.js';
import {
  type Interface as Description,
  type FieldType,
  Interface as InterfaceSchema,
  type Method,
} from './graph/index.js';
import { wrongInterface, wrongShape } from './interface-mistakes.js';
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

const fieldsOf = (fields: Fields): Method['request'] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

function refuse(wrong: readonly Pick<Mistake, 'summary' | 'help'>[]): never {
  const source = captureSource(defineInterface);
  throw new DefinitionErrors(wrong.map((one) => new DefinitionError({ code: 'VRD0012', path: '', source, ...one })));
}

/**
 * Declares an interface. A method's label on the wire is its position; its right is its name unless
 * it says otherwise. A request or response has at most 4096 bytes; whoever holds an end of an interface with one
 * that may be longer than 64 has a message buffer for it.
 */
export function defineInterface<
  const Name extends string,
  const Methods extends Readonly<Record<string, AnyMethodDeclaration>>,
>(name: Name, methods: Methods): Interface<Name, RightsOfMethods<Methods>> {
  const shape = wrongShape(name, methods);
  if (shape !== undefined) refuse([shape]);
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
  const wrong = wrongInterface(definition);
  if (wrong.length > 0) refuse(wrong);
  return new Interface(name, InterfaceSchema.parse(definition));
}
