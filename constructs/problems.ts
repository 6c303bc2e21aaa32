/** Mistakes are collected at the App, so that one run shows all of them. */
import type { IConstruct } from 'constructs';
import { DefinitionError, type Mistake } from './definition-error.js';

const collected = new WeakMap<IConstruct, DefinitionError[]>();

/** From now on, mistakes in the tree below `root` are collected. Returns the list, which grows. */
export function collectProblems(root: IConstruct): readonly DefinitionError[] {
  const problems: DefinitionError[] = [];
  collected.set(root, problems);
  return problems;
}

/** Notes a mistake in the tree of `scope`; throws it when that tree is no App's. */
export function problem(scope: IConstruct, mistake: Mistake): void {
  const error = new DefinitionError(mistake);
  const problems = collected.get(scope.node.root);
  if (problems === undefined) throw error;
  problems.push(error);
}
