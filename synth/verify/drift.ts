/** What a running system and its declaration can differ in. */
import type { Source } from '../../constructs/graph/index.js';

/**
 * `gone`: declared and not there. `changed`: there, and not what was declared. `within`: not declared, and something
 * that the rules of transfer let this component come to hold. `beyond`: not declared, and nothing that they allow.
 */
export type Verdict = 'gone' | 'changed' | 'within' | 'beyond';

export interface Drift {
  readonly verdict: Verdict;
  /** Path of the component. */
  readonly component: string;
  /** Number of the process that it made, among all address spaces made at run time, where that differs. */
  readonly process?: number;
  /** What differs: a capability, memory, a priority. */
  readonly text: string;
  /** Line of the grant, or of the component where there is none. */
  readonly source: Source;
}
