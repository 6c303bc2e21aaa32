import { writeFileSync } from 'node:fs';
import { type IConstruct, RootConstruct } from 'constructs';
import { Declaration } from './declaration.js';
import { DefinitionErrors } from './definition-error.js';
import type { SystemGraph } from './graph/index.js';
import { lowerSystem, walk } from './lowering.js';
import { collectProblems, problem } from './problems.js';
import { captureSource } from './source.js';
import { isStack, lowerStack } from './stack.js';
import { System } from './system.js';

/** The root of a definition: the systems of a project, and the Terraform stacks that deploy them. */
export class App extends RootConstruct {
  private readonly problems = collectProblems(this);

  /** The app that a construct is a part of, if it is. */
  static of(construct: IConstruct): App | undefined {
    const { root } = construct.node;
    return root instanceof App ? root : undefined;
  }

  /**
   * Lowers every system to its graph, in the order of their declaration. When VERIDIAN_ASSEMBLY names
   * a file, as it does under the `veridian` command, the graphs are written there too, and the stacks.
   *
   * @throws DefinitionErrors with every mistake in the definition
   */
  synth(): SystemGraph[] {
    const parts = this.systems();
    this.throwProblems();
    const graphs = [...parts].map(([system, constructs]) => lowerSystem(system, constructs));
    this.throwProblems();
    const file = process.env.VERIDIAN_ASSEMBLY;
    if (file !== undefined) {
      const stacks = this.node.children.filter(isStack).map(lowerStack);
      writeFileSync(file, JSON.stringify({ graphs, ...(stacks.length === 0 ? {} : { stacks }) }));
    }
    return graphs;
  }

  private throwProblems(): void {
    if (this.problems.length > 0) throw new DefinitionErrors(this.problems);
  }

  /** What each system consists of; notes what is in none. */
  private systems(): Map<System, IConstruct[]> {
    const systems = new Map<System, IConstruct[]>();
    for (const construct of walk(this)) {
      const [, top] = construct.node.scopes;
      if (construct instanceof System && construct !== top) {
        this.misplaced(construct, 'a System is a part of nothing but the App', 'make it with the App as its scope');
      }
      if (top instanceof System) {
        const parts = systems.get(top);
        if (parts === undefined) systems.set(top, [construct]);
        else parts.push(construct);
      } else if (construct instanceof Declaration && !construct.node.scopes.some((scope) => scope instanceof System)) {
        this.misplaced(construct, `${construct.node.path} is not in a System`, 'make it with a System as its scope');
      }
    }
    if (systems.size === 0 && this.problems.length === 0) {
      problem(this, {
        code: 'VRD0013',
        summary: 'the app has no System',
        path: '',
        source: captureSource(),
        allowed: 'one System or more',
        help: 'declare one: new System(app, "hello", { machine: machines.q35() })',
      });
    }
    return systems;
  }

  private misplaced(construct: Declaration, summary: string, help: string): void {
    const { source } = construct;
    const { path, scope } = construct.node;
    problem(this, {
      code: 'VRD0006',
      summary,
      path,
      source,
      value: scope?.node.path === '' ? 'the App' : (scope?.node.path ?? ''),
      allowed: construct instanceof System ? 'the App' : 'a System, or a construct in one',
      help,
    });
  }
}
