/**
 * Renders interfaces to Rust: for each one a client struct, a server trait, its rights, and the
 * dispatch that refuses what the caller's capability does not allow.
 */
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { messageSize, registerBytes } from '../../constructs/fields.js';
import type { FieldType, Interface, Method } from '../../constructs/graph/index.js';
import { interfaceRights } from '../../kernel/abi/index.js';
import { interfaceDigest } from './digest.js';
import { escapeKeyword, pascal, snake } from './names.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How a field is written, read, borrowed and owned in Rust. */
interface RustField {
  readonly name: string;
  /** Type of an argument that a method takes. */
  readonly borrowed: string;
  /** Type of a value that a method returns. */
  readonly owned: string;
  /** Call of the reader that takes the field out of a message. */
  readonly read: string;
  /** Call of the writer that puts `value` in. */
  readonly write: (value: string) => string;
  /** How an owned value is passed where a borrowed one is asked for. */
  readonly pass: (value: string) => string;
}

function rustField(name: string, type: FieldType): RustField {
  const identifier = snake(name);
  if (type.type === 'text' || type.type === 'bytes') {
    const { max } = type;
    return {
      name: identifier,
      borrowed: type.type === 'text' ? '&str' : '&[u8]',
      owned: type.type === 'text' ? `::veridian::Text<${max}>` : `::veridian::Bytes<${max}>`,
      read: `${type.type}::<${max}>()`,
      write: (value) => `${type.type}(${value}, ${max})`,
      pass: (value) => `&${value}`,
    };
  }
  return {
    name: identifier,
    borrowed: type.type,
    owned: type.type,
    read: `${type.type}()`,
    write: (value) => `${type.type}(${value})`,
    pass: (value) => value,
  };
}

/** How the codec of a request or response is made: its type's length where that goes beyond the registers. */
function codec(fields: Method['request']): { readonly length: string; readonly make: 'long' | 'new' } {
  const size = messageSize(fields);
  return size > registerBytes ? { length: `::<${size}>`, make: 'long' } : { length: '', make: 'new' };
}

/** Two names that TypeScript keeps apart and Rust does not. */
function refuseClashes(where: string, names: readonly (readonly [original: string, rust: string])[]): void {
  const seen = new Map<string, string>();
  for (const [original, rust] of names) {
    const other = seen.get(rust);
    if (other !== undefined) {
      throw new Error(`${where}: \`${other}\` and \`${original}\` are both \`${rust}\` in Rust; rename one of them`);
    }
    seen.set(rust, original);
  }
}

function rustFields(where: string, fields: Method['request']): RustField[] {
  refuseClashes(
    where,
    fields.map(({ name }) => [name, snake(name)]),
  );
  return fields.map(({ name, value }) => rustField(name, value));
}

function rustMethod(of: Interface, method: Method) {
  const request = rustFields(`${of.name}.${method.name}`, method.request);
  const response = rustFields(`${of.name}.${method.name}`, method.response);
  const [single] = response;
  const structure = `${of.name}${pascal(method.name)}Response`;
  const shape = response.length === 0 ? 'none' : response.length === 1 ? 'single' : 'structure';
  return {
    name: snake(method.name),
    original: method.name,
    label: method.label,
    right: method.right,
    rightName: escapeKeyword(method.right),
    oneway: method.oneway,
    requestCodec: codec(method.request),
    responseCodec: codec(method.response),
    caller: request.some(({ name }) => name === 'caller') ? 'caller_' : 'caller',
    parameters: request.map(({ name, borrowed }) => `, ${name}: ${borrowed}`).join(''),
    requestWrites: request.map(({ name, write }) => write(name)),
    requestReads: request.map(({ read }, index) => ({ variable: `field${index}`, read })),
    arguments: request.map(({ pass }, index) => `, ${pass(`field${index}`)}`).join(''),
    returns: shape === 'none' ? '()' : shape === 'single' ? single?.owned : structure,
    structure: shape === 'structure' ? { name: structure, fields: response } : undefined,
    pattern:
      shape === 'none'
        ? undefined
        : shape === 'single'
          ? 'field0'
          : `${structure} { ${response.map(({ name }, index) => `${name}: field${index}`).join(', ')} }`,
    responseWrites: response.map(({ write, pass }, index) => write(pass(`field${index}`))),
    responseReads: response.map(({ read }, index) => ({ variable: `field${index}`, read })),
  };
}

function rustInterface(definition: Interface) {
  refuseClashes(
    definition.name,
    definition.methods.map(({ name }) => [name, snake(name)]),
  );
  return {
    name: definition.name,
    digest: interfaceDigest(definition),
    rights: definition.rights.map((name, index) => ({
      name: escapeKeyword(name),
      text: name,
      bit: interfaceRights.first + index,
    })),
    methods: definition.methods.map((method) => rustMethod(definition, method)),
  };
}

const template = () =>
  Handlebars.compile(readFileSync(new URL('./interface.rs.hbs', import.meta.url), 'utf8'), {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
  });

export interface RenderOptions {
  /** Whether the file is the root of a crate of its own rather than a module of the runtime. */
  readonly root: boolean;
  /** Where the definitions are, as the file's header says. */
  readonly origin: string;
}

/**
 * The Rust source of some interfaces, in order of their names. The same interfaces give the same
 * bytes, whatever order they come in.
 */
export function renderInterfaces(
  interfaces: readonly Interface[],
  options: RenderOptions = { root: true, origin: 'interfaces/*.ts' },
): string {
  const sorted = [...interfaces].sort((a, b) => compare(a.name, b.name));
  return template()({ ...options, interfaces: sorted.map(rustInterface) });
}
