import type { Diff } from './model.js';

/** The comparison for programs: the shape is `Diff`. */
export function renderJson(diff: Diff): string {
  return `${JSON.stringify(diff, null, 2)}\n`;
}
