/** Import of Microkit system descriptions. */
import { planSystem } from './plan-system.js';
import { readDescription } from './read.js';
import { countNarrowings, writeDefinition } from './write.js';

export { ImportError, importRules } from './rules.js';

/** A definition that was made from a system description. */
export interface Imported {
  /** TypeScript that compiles against the public package. */
  readonly text: string;
  readonly components: number;
  /** Rights that are marked as perhaps too much. */
  readonly narrowings: number;
}

/**
 * Turns a system description into a definition.
 *
 * @param text the description
 * @param file its name, which findings, sources and the system's id have
 * @throws ImportError when it is malformed or has what cannot be imported
 */
export function importSystem(text: string, file: string): Imported {
  const id = file.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  const plan = planSystem(readDescription(text, file), id, file);
  return { text: writeDefinition(plan), components: plan.components.length, narrowings: countNarrowings(plan) };
}
