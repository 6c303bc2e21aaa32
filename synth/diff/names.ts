/** Names of interfaces and programs in the base, as the head calls the same things. */
import type { Interface, Program, SystemGraph } from '../../constructs/graph/index.js';
import { groupBy } from './group.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function interfaceShape({ rights, methods }: Interface): string {
  return JSON.stringify([rights, methods]);
}

function programShape({ needs }: Program): string {
  return JSON.stringify(needs.map(({ kind, rights }) => `${kind}:${[...rights].sort(compare)}`).sort(compare));
}

/** Things that are gone and things that are new are the same where exactly one of each has the same shape. */
function renamed<T extends { readonly name: string }>(
  base: readonly T[],
  head: readonly T[],
  shape: (one: T) => string,
): Map<string, string> {
  const without = (all: readonly T[], others: readonly T[]): Map<string, T[]> => {
    const known = new Set(others.map(({ name }) => name));
    return groupBy(
      all.filter(({ name }) => !known.has(name)),
      shape,
    );
  };
  const added = without(head, base);
  const names = new Map<string, string>();
  for (const [key, [gone, ...others]] of without(base, head)) {
    const [now, ...more] = added.get(key) ?? [];
    if (gone && now && others.length + more.length === 0) names.set(gone.name, now.name);
  }
  return names;
}

export interface Names {
  /** A kind of the base in the words of the head. */
  readonly kind: (kind: string) => string;
  /** A program of the base in the words of the head. */
  readonly program: (name: string) => string;
}

export function translateNames(base: SystemGraph, head: SystemGraph): Names {
  const interfaces = renamed(base.interfaces, head.interfaces, interfaceShape);
  const programs = renamed(base.programs, head.programs, programShape);
  return {
    kind: (kind) => {
      const [, served] = /^Server<(.*)>$/.exec(kind) ?? [];
      if (served !== undefined) return `Server<${interfaces.get(served) ?? served}>`;
      return interfaces.get(kind) ?? kind;
    },
    program: (name) => programs.get(name) ?? name,
  };
}
