/**
 * Reports why a definition failed, without a stack trace. Node loads this before the definition
 * (`--import`) when the `veridian` command runs it; it then writes `{ "error", "errors" }` to the file
 * that VERIDIAN_ASSEMBLY names, where `app.synth()` would have written the graphs.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { DefinitionError, DefinitionErrors } from './definition-error.js';
import type { Source } from './graph/index.js';
import { projectRoot, relativeFile, sourceOfStack } from './source.js';

/** The file that is run, which is what a mistake is in when nothing says more. */
function definitionFile(): Source {
  const file = process.argv[1];
  return { file: file === undefined ? 'unknown' : relativeFile(file), line: 1 };
}

/** Where esbuild, in tsx, found that a file is not TypeScript: only its message comes out of its thread. */
function syntaxError(message: string): { readonly text: string; readonly source: Source } | undefined {
  const [, file, line, column, text] = /^(.+):(\d+):(\d+): ERROR: (.+)$/m.exec(message) ?? [];
  if (file === undefined || text === undefined) return undefined;
  return { text, source: { file: relativeFile(file), line: Number(line), column: Number(column) + 1 } };
}

/** What was thrown, as mistakes of the definition. */
export function definitionErrors(thrown: unknown): readonly DefinitionError[] {
  if (thrown instanceof DefinitionErrors) return thrown.errors;
  if (thrown instanceof DefinitionError) return [thrown];
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const source = sourceOfStack(error.stack) ?? definitionFile();
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return [
      new DefinitionError({
        code: 'VRD0007',
        summary: 'a construct makes itself again and again',
        path: '',
        source,
        value: error.message,
        allowed: 'a tree of constructs with an end',
        help: 'look for a construct that makes another of its own class, or for a function that calls itself',
      }),
    ];
  }
  const syntax = syntaxError(error.message);
  return [
    new DefinitionError({
      code: 'VRD0001',
      summary: `the definition failed: ${(syntax?.text ?? error.message).replaceAll(`${projectRoot()}/`, '')}`,
      path: '',
      source: syntax?.source ?? source,
      value: error.name,
      allowed: 'a definition that runs to app.synth()',
      help: 'correct this line, or what it calls',
    }),
  ];
}

function report(file: string, errors: readonly DefinitionError[]): void {
  writeFileSync(file, JSON.stringify({ error: errors[0], errors }));
  process.stderr.write(`${errors.map((error) => `error ${error.message}`).join('\n\n')}\n`);
}

/** Watches this process until it ends. `file` is the assembly file. */
export function reportErrors(file: string): void {
  process.on('uncaughtException', (thrown) => {
    report(file, definitionErrors(thrown));
    process.exit(2);
  });
  process.on('exit', (code) => {
    if (code !== 0 || existsSync(file)) return;
    const nothing = new DefinitionError({
      code: 'VRD0013',
      summary: 'the definition ended without a system',
      path: '',
      source: definitionFile(),
      allowed: 'a definition that ends with app.synth()',
      help: 'add app.synth() as its last line',
    });
    report(file, [nothing]);
    process.exitCode = 2;
  });
}

// A bundle stands for the module that it begins in.
if (process.env.VERIDIAN_MAIN !== undefined) process.argv[1] = process.env.VERIDIAN_MAIN;
const assembly = process.env.VERIDIAN_ASSEMBLY;
if (assembly !== undefined) reportErrors(assembly);
