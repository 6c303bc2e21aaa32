import type { Construct } from 'constructs';
import { Declaration } from '../declaration.js';
import { Acknowledgement as AcknowledgementData, Policy, type SystemGraph, Violation } from '../graph/index.js';
import { problem } from '../problems.js';
import { projectRoot, sourceOfStack } from '../source.js';
import { SystemView } from './view.js';

/** The first of `rule-1`, `rule-2`, … that is free. */
function freeId(scope: Construct, word: string): string {
  let number = 1;
  while (scope.node.tryFindChild(`${word}-${number}`) !== undefined) number += 1;
  return `${word}-${number}`;
}

type WithoutSource<T> = T extends unknown ? Omit<T, 'source'> : never;

/** A rule that is data from the start. */
export type PolicyData = WithoutSource<Policy>;

/** A rule for a system. It is lowered into the graph, and checked there. */
export abstract class Rule extends Declaration {
  /** @internal */
  constructor(scope: Construct) {
    super(scope, freeId(scope, 'policy'));
  }

  /** This rule as data; undefined when it could not be made, which is noted. */
  abstract lowerRule(graph: SystemGraph): Policy | undefined;
}

/** One of the rules that Veridian knows how to check. */
export class KnownRule extends Rule {
  readonly #data: PolicyData;

  /** @internal */
  constructor(scope: Construct, data: PolicyData) {
    super(scope);
    this.#data = data;
    const { path } = this.node;
    const parsed = Policy.safeParse({ ...data, source: this.source });
    for (const { path: at, message } of parsed.error?.issues ?? []) {
      problem(this, {
        code: 'VRD0003',
        summary: `policy.${data.rule} cannot take this as \`${at.join('.')}\``,
        path,
        source: this.source,
        allowed: message,
        help: `correct \`${at.join('.')}\``,
      });
    }
  }

  override lowerRule(): Policy {
    return Policy.parse({ ...this.#data, source: this.source });
  }
}

/** What a rule of a user’s own gives: everything that breaks it, or nothing. */
export type Verdict = Iterable<Violation> | Violation | undefined;

/** A rule that is a function. It runs where the definition runs, over the lowered graph; its verdict is data. */
export class OwnRule extends Rule {
  readonly #name: string;
  readonly #check: (view: SystemView) => Verdict;

  /** @internal */
  constructor(scope: Construct, name: string, check: (view: SystemView) => Verdict) {
    super(scope);
    this.#name = name;
    this.#check = check;
  }

  override lowerRule(graph: SystemGraph): Policy | undefined {
    const { source } = this;
    try {
      const verdict = this.#check(new SystemView(structuredClone(graph)));
      const found = verdict === undefined ? [] : Symbol.iterator in verdict ? [...verdict] : [verdict];
      const violations = found.map((violation) => Violation.parse(violation));
      return { rule: 'own', name: this.#name, source, violations };
    } catch (error) {
      const { stack, message } = error instanceof Error ? error : new Error(String(error));
      problem(this, {
        code: 'VRD0015',
        summary: `the rule “${this.#name}” failed: ${message.replaceAll(`${projectRoot()}/`, '')}`,
        path: this.node.path,
        source: sourceOfStack(stack) ?? source,
        value: error instanceof Error ? error.name : typeof error,
        allowed: 'a function that returns view.violation(…), several of them, or nothing',
        help: 'correct this line, or what it calls',
      });
      return undefined;
    }
  }
}

/** Props of an acknowledgement. */
export interface AcknowledgeProps {
  /** Why it is right as it is. */
  readonly reason: string;
  /** Last day on which it is so, as `2027-03-31`. */
  readonly expires: string;
}

/** A finding that somebody takes the responsibility for. */
export class Acknowledgement extends Declaration {
  readonly #data: Omit<AcknowledgementData, 'source'>;

  /** @internal */
  constructor(scope: Construct, data: Omit<AcknowledgementData, 'source'>) {
    super(scope, freeId(scope, 'acknowledgement'));
    this.#data = data;
    const allowed: Record<string, string> = {
      code: 'a broken rule (VRD0310 to VRD0317) or advice (VRD0331 and on): everything else keeps a system from working',
      reason: 'a text that says why it is right as it is',
      expires: 'a day, such as 2027-03-31',
    };
    const wrong = AcknowledgementData.safeParse({ ...data, source: this.source }).error?.issues.map(({ path }) =>
      String(path[0]),
    );
    const names = new Set([...(wrong ?? []), ...(/^VRD03[1-9]\d$/.test(data.code) ? [] : ['code'])]);
    for (const name of names) {
      problem(this, {
        code: 'VRD0003',
        summary: `acknowledge cannot take this as \`${name}\``,
        path: data.path,
        source: this.source,
        value: JSON.stringify(data[name as keyof typeof data]) ?? 'nothing',
        allowed: allowed[name] ?? 'a text',
        help: `correct \`${name}\``,
      });
    }
  }

  lowerAcknowledgement(): AcknowledgementData {
    return { ...this.#data, source: this.source };
  }
}
