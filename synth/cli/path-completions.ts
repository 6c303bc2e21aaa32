import { knownNames } from '../query/index.js';
import { locate } from './locate.js';

/** Paths of the constructs of the project here that begin so, as the last synth knew them. */
export function pathCompletions(current: string): string[] {
  try {
    return knownNames(locate(undefined).project).filter((name) => name.startsWith(current));
  } catch {
    // Without a project there is nothing to complete, and a shell wants no errors.
    return [];
  }
}
