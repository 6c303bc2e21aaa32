import { Construct, type IConstruct } from 'constructs';
import { written } from './arguments.js';
import { DefinitionError } from './definition-error.js';
import type { Source } from './graph/index.js';
import { problem } from './problems.js';
import { captureSource } from './source.js';

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The scope, if it can hold a construct. */
function checkedScope(scope: unknown, id: unknown): Construct {
  if (Construct.isConstruct(scope)) return scope;
  throw new DefinitionError({
    code: 'VRD0006',
    summary: `${written(id)} has no scope`,
    path: typeof id === 'string' ? id : '',
    source: captureSource(),
    value: written(scope),
    allowed: 'a construct, such as the System',
    help: 'pass the construct that it is a part of as the first argument',
  });
}

function pathBelow(scope: IConstruct, id: string): string {
  return scope.node.path === '' ? id : `${scope.node.path}/${id}`;
}

/** The id, or another one in its place once the mistake is noted, so that the rest can be looked at as well. */
function checkedId(scope: IConstruct, id: unknown): string {
  const given = typeof id === 'string' ? id : written(id);
  const path = pathBelow(scope, given);
  const valid = typeof id === 'string' && idPattern.test(id);
  if (!valid) {
    problem(scope, {
      code: 'VRD0004',
      summary: 'a construct cannot have this id',
      path,
      source: captureSource(),
      value: written(id),
      allowed: 'up to 63 letters, digits, “.”, “_” and “-”, starting with a letter or digit',
      help: 'choose another id: it is a part of the path by which everything names the construct',
    });
  }
  const usable = valid ? given : 'invalid';
  const other = scope.node.tryFindChild(usable);
  if (other === undefined) return usable;
  if (valid) {
    const first = other instanceof Declaration ? ` (first at ${other.source.file}:${other.source.line})` : '';
    problem(scope, {
      code: 'VRD0005',
      summary: `there is already a ${other.constructor.name} of this id${first}`,
      path,
      source: captureSource(),
      value: given,
      allowed: 'an id that no sibling has',
      help: 'rename one of the two',
    });
  }
  let count = 2;
  while (scope.node.tryFindChild(`${usable}-${count}`) !== undefined) count += 1;
  return `${usable}-${count}`;
}

/** A construct that knows the line that declared it. */
export abstract class Declaration extends Construct {
  /** The user's line that made this construct. */
  readonly source: Source;

  constructor(scope: Construct, id: string) {
    super(checkedScope(scope, id), checkedId(scope, id));
    this.source = captureSource(new.target);
  }
}
