/** A small system for the tests of single constructs. */
import { App } from './app.js';
import type { Capability } from './capability.js';
import { DefinitionErrors } from './definition-error.js';
import { u8 } from './fields.js';
import type { NodeOf, NodeType, SystemGraph } from './graph/index.js';
import { defineInterface, method } from './interface.js';
import { Program } from './program.js';
import { MiB } from './sizes.js';
import { System } from './system.js';

export const machine = { name: 'q35', arch: 'x86_64', memory: MiB(64), cores: 1 } as const;

export const Files = defineInterface('Files', {
  open: method({ name: u8 }, { file: u8 }),
  read: method({ file: u8 }, { data: u8 }),
  remove: method({ name: u8 }, {}),
});

/** Needs files, and nothing else. */
export const reader = Program.of<{ files: Capability<'Files', 'open' | 'read'> }>({
  name: 'reader',
  file: 'cargo:reader',
  needs: [{ name: 'files', kind: 'Files', rights: ['open', 'read'], source: { file: 'main.rs', line: 1 } }],
});

export const idle = Program.of<Record<never, never>>({ name: 'idle', file: 'cargo:idle', needs: [] });

/** An empty system named `shop`. */
export function shop(): { readonly app: App; readonly system: System } {
  const app = new App();
  return { app, system: new System(app, 'shop', { machine }) };
}

/** What an untyped program could pass. */
export const untyped = (value: unknown): never => value as never;

/** The one graph of an app with one system. */
export function graphOf(app: App): SystemGraph {
  const [graph] = app.synth();
  if (graph === undefined) throw new Error('no graph');
  return graph;
}

/** The node of this path, if it is of this type. */
export function nodeOf<T extends NodeType>(app: App, type: T, path: string): NodeOf<T> | undefined {
  return graphOf(app).nodes.find((node): node is NodeOf<T> => node.type === type && node.path === path);
}

/** Every mistake of a definition, as `code path: value | allowed`. */
export function mistakes(app: App): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionErrors)) throw error;
    return error.errors.map(({ code, path, value, allowed }) => `${code} ${path}: ${value ?? ''} | ${allowed ?? ''}`);
  }
}
