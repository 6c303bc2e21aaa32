/** Names for a definition: of constructs, of variables and of needs. */

/** What a written definition may take from the public package. */
export const packageNames = ['App', 'batch', 'bytes', 'type Capability', 'Component', 'defineInterface', 'Dma'].concat(
  ['Driver', 'Endpoint', 'interactive', 'Interrupt', 'IoPorts', 'KiB', 'machines', 'method', 'MiB', 'Mmio'],
  ['Notification', 'Program', 'Service', 'SharedRegion', 'System', 'u32'],
);

/** Words that a variable of a definition cannot have: imports, variables that are always there, and TypeScript's. */
export const reservedWords: readonly string[] = [
  'app',
  'system',
  ...packageNames.map((name) => name.replace('type ', '')),
  ...'arguments await break case catch class const continue debugger default delete do else enum eval export extends'
    .concat(' false finally for function if implements import in instanceof interface let new null package private')
    .concat(
      ' protected public return static super switch this throw true try typeof undefined var void while with yield',
    )
    .split(' '),
];

/** Gives each wish a name that nobody else has. */
export class Names {
  readonly #taken: Set<string>;
  readonly #separator: string;

  constructor(taken: Iterable<string>, separator: string) {
    this.#taken = new Set(taken);
    this.#separator = separator;
  }

  /** The first of the wishes that is free, else the last with a number. */
  take(...wishes: [string, ...string[]]): string {
    let name = wishes.find((wish) => !this.#taken.has(wish));
    const last = wishes[wishes.length - 1] as string;
    for (let count = 2; name === undefined; count++) {
      const numbered = `${last}${this.#separator}${count}`;
      if (!this.#taken.has(numbered)) name = numbered;
    }
    this.#taken.add(name);
    return name;
  }
}

const words = (text: string): string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
const startingWithLetter = (text: string): string => (/^[A-Za-z]/.test(text) ? text : `x${text}`);

/** `serial-driver` as `SerialDriver`. */
export const pascalCase = (text: string): string => startingWithLetter(words(text).map(capital).join(''));

/** `serial-driver` as `serialDriver`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text);
  return `${pascal.slice(0, 1).toLowerCase()}${pascal.slice(1)}`;
}

/** `serial-driver` as `serial_driver`: a need's name, which Rust takes as well. */
export const snakeCase = (text: string): string =>
  startingWithLetter(
    words(text)
      .map((word) => word.toLowerCase())
      .join('_'),
  );

/** What a construct's id may be, as near to `text` as that goes. */
export function constructId(text: string): string {
  const id = text.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 56);
  return /^[A-Za-z0-9]/.test(id) ? id : `x${id}`;
}
