/** Reads attributes of elements, and keeps what is wrong with them. */
import type { Finding } from '../findings/index.js';
import type { SetVariable } from './description.js';
import type { XmlElement } from './xml.js';

const number = /^(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*)$/;

/** Attributes of elements of one file. What cannot be read becomes a finding and a harmless value. */
export class Elements {
  readonly findings: Finding[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Something that is there and must not be: an element or attribute that is unknown or unsupported. */
  unsupported(line: number, message: string, help: string): void {
    this.#add('VRD0432', line, message, help);
  }

  /** A value that cannot stand where it stands. */
  wrong(line: number, message: string, help: string): void {
    this.#add('VRD0433', line, message, help);
  }

  /**
   * Checks names of attributes.
   *
   * @param refused attributes that Microkit knows and Veridian has nothing for, with why
   */
  attributes(element: XmlElement, allowed: readonly string[], refused: Readonly<Record<string, string>> = {}): void {
    for (const name of element.attributes.keys()) {
      if (allowed.includes(name)) continue;
      const why = refused[name];
      this.unsupported(
        element.line,
        why === undefined
          ? `<${element.name}> has no attribute ${name}`
          : `<${element.name} ${name}="${element.attributes.get(name)}"> cannot be imported: ${why}`,
        allowed.length > 0 ? `allowed: ${allowed.join(', ')}` : 'allowed: no attribute',
      );
    }
    if (element.text.trim() !== '')
      this.unsupported(element.line, `<${element.name}> has text in it`, 'allowed: attributes and elements');
  }

  /** Refuses an element within `parent`. */
  element(element: XmlElement, parent: string, allowed: readonly string[], why?: string): void {
    this.unsupported(
      element.line,
      why === undefined
        ? `<${element.name}> is not an element of <${parent}>`
        : `<${element.name}> cannot be imported: ${why}`,
      allowed.length > 0 ? `allowed: ${allowed.map((name) => `<${name}>`).join(', ')}` : 'allowed: no element',
    );
  }

  text(element: XmlElement, name: string): string {
    const value = element.attributes.get(name);
    if (value === undefined || value === '') {
      this.wrong(element.line, `<${element.name}> lacks ${name}`, `write <${element.name} ${name}="…">`);
      return '';
    }
    return value;
  }

  number(element: XmlElement, name: string, limits: { readonly from?: number; readonly to?: number } = {}): number {
    if (!element.attributes.has(name)) {
      this.wrong(element.line, `<${element.name}> lacks ${name}`, `write <${element.name} ${name}="…">`);
      return limits.from ?? 0;
    }
    return this.optionalNumber(element, name, limits) ?? 0;
  }

  optionalNumber(
    element: XmlElement,
    name: string,
    { from = 0, to = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly to?: number } = {},
  ): number | undefined {
    const written = element.attributes.get(name);
    if (written === undefined) return undefined;
    const value = number.test(written) ? Number(written.replaceAll('_', '')) : Number.NaN;
    if (value >= from && value <= to) return value;
    this.wrong(
      element.line,
      `<${element.name} ${name}="${written}"> is not a number that can stand here`,
      `allowed: ${from} to ${to}, in decimal or, with 0x, in hexadecimal`,
    );
    return from;
  }

  /** A number that is a multiple of 4 KiB. */
  pages(element: XmlElement, name: string, limits: { readonly from?: number; readonly to?: number } = {}): number {
    const value = this.number(element, name, limits);
    if (value % 4096 === 0) return value;
    this.wrong(
      element.line,
      `<${element.name} ${name}="${element.attributes.get(name)}"> is not a multiple of the page size`,
      'allowed: multiples of 0x1000',
    );
    return value - (value % 4096);
  }

  choice<T extends string>(element: XmlElement, name: string, allowed: readonly [T, ...T[]]): T | undefined {
    const written = element.attributes.get(name);
    if (written === undefined) return undefined;
    const found = allowed.find((one) => one === written);
    if (found === undefined)
      this.wrong(element.line, `<${element.name} ${name}="${written}">`, `allowed: ${allowed.join(', ')}`);
    return found;
  }

  flag(element: XmlElement, name: string): boolean | undefined {
    const value = this.choice(element, name, ['true', 'false']);
    return value === undefined ? undefined : value === 'true';
  }

  /** The variables that an element's `setvar_…` attributes name. */
  variables(element: XmlElement): SetVariable[] {
    return [...element.attributes]
      .filter(([name]) => name.startsWith('setvar_'))
      .map(([name, symbol]) => ({ symbol, of: name }));
  }

  #add(code: string, line: number, message: string, help: string): void {
    this.findings.push({ code, severity: 'error', message, source: { file: this.#file, line }, related: [], help });
  }
}
