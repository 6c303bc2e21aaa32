/** Rules for a system that stand in its graph, checked against what its components can come to hold and do. */
import type { Policy, SystemGraph } from '../../constructs/graph/index.js';
import { isWithin } from '../../constructs/policy/view.js';
import { Authority, type Step, stepLines } from '../authority/index.js';
import type { Finding, Related } from '../findings/index.js';

export const policyRules = {
  VRD0310: 'reaches what it must not',
  VRD0311: 'a way around a gateway',
  VRD0312: 'region with several writers',
  VRD0313: 'DMA where there must be none',
  VRD0314: 'groups that are not isolated',
  VRD0315: 'too many holders',
  VRD0316: 'a rule of your own is broken',
  VRD0317: 'rule about nothing',
} as const;

type Code = keyof typeof policyRules;
type PolicyOf<R extends Policy['rule']> = Extract<Policy, { rule: R }>;
interface Broken {
  readonly message: string;
  readonly path?: string;
  readonly related?: readonly Related[];
  readonly help: string;
}

/** A witness beside a finding, each step with its source line. */
export function way(steps: readonly Step[]): Related[] {
  return steps
    .flatMap((step) => stepLines(step))
    .map(({ text, step }) => ({ label: 'way', text, source: step.source }));
}

const verb = (steps: readonly Step[]): string => {
  const last = steps.at(-1);
  if (last?.via === 'grant' || last?.via === 'restart') return `${last.rights.join(', ')} ${last.to}`;
  return last?.via === 'dma' ? `reach ${last.to} by DMA` : `make ${last?.to} act`;
};

class Checks {
  readonly #graph: SystemGraph;
  readonly #authority: Authority;

  constructor(graph: SystemGraph) {
    this.#graph = graph;
    this.#authority = Authority.of(graph);
  }

  check(policy: Policy): Finding[] {
    const { code, found } = this.#broken(policy);
    return found.map(({ message, related = [], ...rest }) => ({
      code,
      severity: 'error',
      message: `${policy.name}: ${message}`,
      source: policy.source,
      related,
      ...rest,
    }));
  }

  #broken(policy: Policy): { readonly code: Code; readonly found: readonly Broken[] } {
    const empty = this.#subjects(policy).filter((path) => this.#components([path]).length === 0);
    if (empty.length > 0) {
      const found = empty.map((path) => ({
        message: `there is no component at or below ${path}`,
        path,
        help: 'name the component that is meant, or a construct that has it as a part',
      }));
      return { code: 'VRD0317', found };
    }
    switch (policy.rule) {
      case 'cannotReach':
        return { code: 'VRD0310', found: this.#reach(policy) };
      case 'onlyVia':
        return { code: 'VRD0311', found: this.#reach(policy, this.#within([policy.gateway])) };
      case 'noSharedWriters':
        return { code: 'VRD0312', found: this.#writers(policy) };
      case 'noDma':
        return { code: 'VRD0313', found: this.#dma(policy) };
      case 'isolated':
        return { code: 'VRD0314', found: this.#isolated(policy) };
      case 'maxHolders':
        return { code: 'VRD0315', found: this.#holders(policy) };
      case 'own':
        return { code: 'VRD0316', found: this.#own(policy) };
    }
  }

  /** Paths at or below which there has to be a component. */
  #subjects(policy: Policy): readonly string[] {
    if (policy.rule === 'cannotReach' || policy.rule === 'onlyVia') return [policy.from];
    return policy.rule === 'noDma' ? policy.paths : [];
  }

  #within(paths: readonly string[]): string[] {
    return this.#graph.nodes.map(({ path }) => path).filter((path) => paths.some((above) => isWithin(path, above)));
  }

  #components(paths: readonly string[]): string[] {
    return this.#within(paths).filter((path) => this.#authority.model.components.indexOf(path) >= 0);
  }

  #reach({ from, to, rights }: PolicyOf<'cannotReach' | 'onlyVia'>, avoiding: readonly string[] = []): Broken[] {
    const search = { from: this.#components([from]), to: this.#within([to]), avoiding };
    const steps = this.#authority.search({ ...search, ...(rights === undefined ? {} : { rights }) });
    if (!steps) return [];
    return [
      {
        message: `${steps[0]?.from} can ${verb(steps)}`,
        path: steps[0]?.from ?? from,
        related: way(steps),
        help: 'take one of these grants away or narrow it, or change the rule',
      },
    ];
  }

  #writers({ region }: PolicyOf<'noSharedWriters'>): Broken[] {
    return this.#within([region]).flatMap((path) => {
      const writers = this.#graph.edges.filter(
        ({ kind, object, rights }) => kind === 'SharedRegion' && object === path && rights.includes('write'),
      );
      const subjects = new Set(writers.map(({ subject }) => subject));
      if (subjects.size < 2) return [];
      return [
        {
          message: `${path} has ${subjects.size} writers`,
          path,
          related: writers.map(({ subject, source }) => ({ label: 'writes', text: subject, source })),
          help: 'let one of them write and the others read, or give each a region of its own',
        },
      ];
    });
  }

  #dma({ paths }: PolicyOf<'noDma'>): Broken[] {
    const buffers = this.#graph.nodes.filter(({ type }) => type === 'Dma').map(({ path }) => path);
    return this.#components(paths).flatMap((subject) => {
      const steps = this.#authority.search({ from: [subject], to: buffers, holding: true });
      if (!steps) return [];
      return [
        {
          message: `${subject} can come to hold ${steps.at(-1)?.to}`,
          path: subject,
          related: way(steps),
          help: 'leave DMA to a driver that does nothing else, and let others ask it',
        },
      ];
    });
  }

  #isolated({ groups }: PolicyOf<'isolated'>): Broken[] {
    return groups.flatMap((group, index) =>
      groups.flatMap((other, position): Broken[] => {
        if (position === index) return [];
        const steps = this.#authority.search({ from: this.#components(group), to: this.#within(other) });
        if (!steps) return [];
        const [first] = steps;
        return [
          {
            message: `${first?.from} can ${verb(steps)}`,
            ...(first === undefined ? {} : { path: first.from }),
            related: way(steps),
            help: 'take one of these grants away or narrow it, or put both into one group',
          },
        ];
      }),
    );
  }

  #holders({ object, max, rights }: PolicyOf<'maxHolders'>): Broken[] {
    const held = this.#within([object]);
    const counted = held.flatMap((path) => this.#authority.model.factsOf(path).map((fact) => ({ path, fact })));
    const holders = new Map<string, string>();
    for (const { path, fact } of counted) {
      const { right = '' } = this.#authority.model.facts[fact] ?? {};
      if (rights === undefined ? right === 'receive' : !rights.includes(right)) continue;
      for (const { subject } of this.#authority.holders(path, right, { holding: true })) holders.set(subject, path);
    }
    if (holders.size <= max) return [];
    const subjects = [...holders].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      {
        message: `${object} can come to be held by ${holders.size} components`,
        path: object,
        related: subjects.flatMap(([subject, path]) =>
          way(this.#authority.search({ from: [subject], to: [path], holding: true, ...(rights && { rights }) }) ?? []),
        ),
        help: `take it from ${holders.size - max} of them, or raise the number`,
      },
    ];
  }

  #own({ violations, source }: PolicyOf<'own'>): Broken[] {
    return violations.map(({ message, path, source: at, steps = [], help }) => ({
      message,
      ...(path === undefined ? {} : { path }),
      related: [
        ...(at === undefined || at === source ? [] : [{ label: 'at', text: path ?? '', source: at }]),
        ...steps.map((step) => ({
          label: 'way',
          text: step.text,
          ...(step.source === undefined ? {} : { source: step.source }),
        })),
      ],
      help: help ?? 'change the system so that the rule holds, or change the rule',
    }));
  }
}

/** Findings on the rules that a graph carries. */
export function checkPolicies(graph: SystemGraph): Finding[] {
  const { policies = [] } = graph;
  if (policies.length === 0) return [];
  const checks = new Checks(graph);
  return policies.flatMap((policy) => checks.check(policy));
}
