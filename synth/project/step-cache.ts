/** Remembers with which inputs a step last came out well, in `<project>/.veridian/steps`. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class StepCache {
  readonly #folder: string;

  constructor(project: string) {
    this.#folder = join(project, '.veridian', 'steps');
  }

  /** What was kept for a step, when its key is the same. */
  get(step: string, key: string): unknown {
    try {
      const kept: unknown = JSON.parse(readFileSync(join(this.#folder, `${step}.json`), 'utf8'));
      const { key: before, value } = Object(kept) as { key?: unknown; value?: unknown };
      return before === key ? value : undefined;
    } catch {
      // Nothing kept, or damaged: the step runs again, which puts it right.
      return undefined;
    }
  }

  /** Keeps the result of a step that came out well. A cache that cannot be written is none. */
  set(step: string, key: string, value: unknown): void {
    const file = join(this.#folder, `${step}.json`);
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, value }));
      renameSync(`${file}.${process.pid}`, file);
    } catch {
      return;
    }
  }
}
