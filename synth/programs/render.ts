/** Writes `veridian.programs.ts`: the types of a project's programs, from the binaries' own manifests. */
import type { Need } from '../../constructs/graph/index.js';
import type { Manifest } from '../manifest/index.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A program to render: `file` as a `Program` names it, such as `cargo:client`. */
export interface RenderedProgram {
  readonly file: string;
  readonly manifest: Manifest;
}

/** Name of the constant: `block-cache` is exported as `blockCache`. */
export function programConstant(name: string): string {
  const camel = name.replace(/[^a-zA-Z0-9]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return /^[a-zA-Z_$]/.test(camel) && !reservedWords.has(camel) ? camel : `program_${camel}`;
}

const reservedWords = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield await Program Capability'
  ).split(' '),
);

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function needType({ name, kind, rights, optional }: Need): string {
  const union = rights.length === 0 ? 'never' : [...rights].map(quote).join(' | ');
  return `  ${name}${optional ? '?' : ''}: Capability<${quote(kind)}, ${union}>;`;
}

function needValue({ name, kind, rights, optional, source }: Need): string[] {
  return [
    '    {',
    `      name: ${quote(name)},`,
    `      kind: ${quote(kind)},`,
    `      rights: [${rights.map(quote).join(', ')}],`,
    ...(optional ? ['      optional: true,'] : []),
    `      source: { file: ${quote(source.file)}, line: ${source.line} },`,
    '    },',
  ];
}

function renderProgram({ file, manifest: { program, needs } }: RenderedProgram): string {
  const type =
    needs.length === 0 ? ['Program.of<Record<never, never>>({'] : ['Program.of<{', ...needs.map(needType), '}>({'];
  return [
    `export const ${programConstant(program)} = ${type.join('\n')}`,
    `  name: ${quote(program)},`,
    `  file: ${quote(file)},`,
    ...(needs.length === 0 ? ['  needs: [],'] : ['  needs: [', ...needs.flatMap(needValue), '  ],']),
    '});',
    '',
  ].join('\n');
}

/** The file's text. `from` is where it imports the vocabulary from. */
export function renderProgramTypes(programs: readonly RenderedProgram[], from = 'veridian'): string {
  const sorted = [...programs].sort((a, b) => compare(a.manifest.program, b.manifest.program));
  const capability = sorted.some(({ manifest }) => manifest.needs.length > 0) ? 'type Capability, ' : '';
  return [
    '// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.',
    `import { ${capability}Program } from ${quote(from)};`,
    '',
    sorted.map(renderProgram).join('\n'),
  ].join('\n');
}
