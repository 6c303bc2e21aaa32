import type { Source } from './graph/index.js';
import type { DefinitionCode } from './rules.js';

/** What a mistake in a definition consists of. */
export interface Mistake {
  readonly code: DefinitionCode;
  /** What is wrong, in one line. */
  readonly summary: string;
  /** Path of the construct. Empty when there is none yet. */
  readonly path: string;
  /** The user's line. */
  readonly source: Source;
  /** The bad value, as written in JavaScript. */
  readonly value?: string;
  /** What would have been right. */
  readonly allowed?: string;
  /** The way out. */
  readonly help: string;
}

/** `main.ts:31:14`. */
export function sourceText({ file, line, column }: Source): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

function render(mistake: Mistake): string {
  const { code, summary, path, source, value, allowed, help } = mistake;
  const rows = { value, allowed, help };
  return [
    `${code}  ${summary}`,
    `  --> ${sourceText(source)}${path === '' ? '' : `  ${path}`}`,
    ...Object.entries(rows).flatMap(([label, text]) => (text === undefined ? [] : [`   ${label.padEnd(8)}${text}`])),
  ].join('\n');
}

/** A user's mistake in a definition that keeps it from being lowered to a graph. Its message is complete. */
export class DefinitionError extends Error implements Mistake {
  readonly code: DefinitionCode;
  readonly summary: string;
  readonly path: string;
  readonly source: Source;
  readonly value?: string;
  readonly allowed?: string;
  readonly help: string;

  constructor(mistake: Mistake) {
    super(render(mistake));
    this.name = 'DefinitionError';
    this.code = mistake.code;
    this.summary = mistake.summary;
    this.path = mistake.path;
    this.source = mistake.source;
    if (mistake.value !== undefined) this.value = mistake.value;
    if (mistake.allowed !== undefined) this.allowed = mistake.allowed;
    this.help = mistake.help;
    // The frames lead into Veridian; the user's line is in the message.
    this.stack = `error ${this.message}`;
  }

  /** For the assembly file. */
  toJSON(): Mistake & { readonly message: string } {
    const { code, summary, message, path, source, value, allowed, help } = this;
    return {
      code,
      summary,
      message,
      path,
      source,
      help,
      ...(value === undefined ? {} : { value }),
      ...(allowed === undefined ? {} : { allowed }),
    };
  }
}

/** All mistakes of a definition; there is at least one. */
export class DefinitionErrors extends Error {
  readonly errors: readonly DefinitionError[];

  constructor(errors: readonly DefinitionError[]) {
    super(errors.map((error) => error.message).join('\n\n'));
    this.name = 'DefinitionErrors';
    this.errors = errors;
    this.stack = errors.map((error) => error.stack).join('\n\n');
  }
}
