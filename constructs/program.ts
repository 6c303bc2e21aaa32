import * as z from 'zod';
import { argument, mistakesIn } from './arguments.js';
import type { AnyCapability } from './capability.js';
import { DefinitionError, DefinitionErrors } from './definition-error.js';
import { type Program as Description, type Need, Need as NeedSchema } from './graph/index.js';
import { captureSource } from './source.js';

/** Needs of a program: a capability for each name. */
export type NeedsOf<Needs> = { readonly [Name in keyof Needs]: AnyCapability };

/** Properties of a program. */
export interface ProgramProps {
  readonly name: string;
  /**
   * `cargo:NAME` is a binary of the project's Cargo workspace, `veridian:NAME` one that comes with
   * Veridian, and anything else an ELF file, relative to the project's root.
   */
  readonly file: string;
  /** What it asks for, as its own manifest says. */
  readonly needs: readonly Need[];
}

const schema = z.strictObject({
  name: argument.text,
  file: argument.text,
  needs: z.custom<Need[]>((given) => NeedSchema.array().safeParse(given).success, {
    error: 'a list of { name, kind, rights, source }',
  }),
});

/**
 * A native program and, as a type, what it needs. `veridian.programs.ts` has one for every program of
 * a project, written from the binaries' own manifests.
 */
export class Program<in out Needs> {
  /** Ties the structure to the needs. */
  declare protected readonly invariant: (needs: Needs) => Needs;
  /** As the graph has it. */
  readonly definition: Description;

  private constructor(definition: Description) {
    this.definition = definition;
  }

  /** The program of which `Needs` is the type. Reads no file: synth compares it with the binary. */
  static of<Needs extends NeedsOf<Needs>>(props: ProgramProps): Program<Needs> {
    const source = captureSource();
    const mistakes = mistakesIn(schema, props, { type: 'Program', path: '', source });
    if (mistakes.length > 0) throw new DefinitionErrors(mistakes.map((mistake) => new DefinitionError(mistake)));
    return new Program({ name: props.name, file: props.file, needs: [...props.needs] });
  }

  get name(): string {
    return this.definition.name;
  }
}
