import { Declaration } from './declaration.js';
import type { Node } from './graph/index.js';

/** What an element asks of its system while it is lowered. */
export interface Surroundings {
  /** Path of the system's default zone of a kind. */
  defaultZone(kind: 'normal' | 'dma'): string;
}

/** A construct that is a node of the graph. */
export abstract class Element extends Declaration {
  /** This construct as a node of the graph. */
  abstract lower(system: Surroundings): Node;
}
