/** Writes what a system description becomes as a definition in TypeScript. */

import { packageNames } from './names.js';
import { narrow, type Plan, type PlannedComponent, type PlannedInterface, type PlannedObject } from './plan.js';
import { sizeExpression } from './plan-system.js';

const width = 120;
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replace(/[\r\n]/g, ' ')}'`;

/** Text as comment lines that fit. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  // A line break in a name from the description must not end the comment.
  let line = `${indent}//`;
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > width && line.trim() !== '//') {
      lines.push(line);
      line = `${indent}//  `;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

const comments = (notes: readonly string[], indent = ''): string[] => notes.flatMap((note) => comment(note, indent));

/** A list in braces or brackets: on one line if that fits. */
function enclosed(before: string, [open, close]: readonly [string, string], items: string[], after: string): string[] {
  const one = `${before}${open}${items.join(', ')}${close}${after}`;
  const pad = open === '{' ? `${before}{ ${items.join(', ')} }${after}` : one;
  if (pad.length <= width && !pad.includes('\n')) return [pad];
  const indent = /^ */.exec(before)?.[0] ?? '';
  return [`${before}${open}`, ...items.map((item) => `${indent}  ${item},`), `${indent}${close}${after}`];
}

const message = '{ label: u32, words: bytes({ max: 56 }) }';

const interfaceText = ({ variable, name, notes }: PlannedInterface): string[] => [
  ...comments(notes),
  `const ${variable} = defineInterface(${quoted(name)}, {`,
  `  call: method(${message}, ${message}),`,
  '});',
  '',
];

function programText({ variable, program, file, needs }: PlannedComponent, source: string): string[] {
  const type = needs.map(
    ({ name, kind, rights }) => `  ${name}: Capability<${quoted(kind)}, ${rights.map(quoted).join(' | ')}>;`,
  );
  const head =
    needs.length === 0
      ? [`const ${variable} = Program.of<Record<never, never>>({`]
      : [`const ${variable} = Program.of<{`, ...type, '}>({'];
  const written = needs.flatMap(({ name, kind, rights, line }) => {
    const parts = [
      `name: ${quoted(name)}`,
      `kind: ${quoted(kind)}`,
      `rights: [${rights.map(quoted).join(', ')}]`,
      `source: { file: ${quoted(source)}, line: ${line} }`,
    ];
    return enclosed('    ', ['{', '}'], parts, ',');
  });
  return [
    ...head,
    `  name: ${quoted(program)},`,
    `  file: ${quoted(file)},`,
    ...(written.length === 0 ? ['  needs: [],'] : ['  needs: [', ...written, '  ],']),
    '});',
    '',
  ];
}

function objectText({ variable, type, id, props, notes }: PlannedObject, used: ReadonlySet<string>): string[] {
  const start = `${used.has(variable) ? `const ${variable} = ` : ''}new ${type}(system, ${quoted(id)}`;
  const items = props.map(([name, expression]) => (name === expression ? name : `${name}: ${expression}`));
  return [
    ...comments(notes),
    ...(items.length === 0 ? [`${start});`] : enclosed(`${start}, `, ['{', '}'], items, ');')),
  ];
}

function componentText(component: PlannedComponent): string[] {
  const { type, id, variable, scheduling, stack, supervisor, needs, notes } = component;
  const grants = needs.flatMap((need) => [
    ...comments(need.notes, '    '),
    `    ${need.name}: ${need.object}.${need.method}(${need.rights.map(quoted).join(', ')}),`,
  ]);
  return [
    ...comments(notes),
    `new ${type}(system, ${quoted(id)}, {`,
    `  program: ${variable},`,
    `  scheduling: ${scheduling},`,
    ...(stack === undefined ? [] : [`  stack: ${sizeExpression(stack)},`]),
    ...(supervisor === undefined ? [] : [`  supervisor: ${supervisor},`]),
    ...(grants.length === 0 ? ['  grants: {},'] : ['  grants: {', ...grants, '  },']),
    '});',
    '',
  ];
}

const order = (a: string, b: string): number => {
  const [low, other] = [a.toLowerCase(), b.toLowerCase()];
  return low < other ? -1 : low > other ? 1 : a < b ? -1 : 1;
};

/** The names that a text takes from the package. */
function imports(text: string): string[] {
  const code = text.replace(/^\s*\/\/.*$/gm, '').replace(/'(?:[^'\\]|\\.)*'/g, "''");
  const bare = (name: string): string => name.replace('type ', '');
  return packageNames
    .filter((name) => new RegExp(`(?<![\\w.])${bare(name)}\\b(?!\\s*:)`).test(code))
    .sort((a, b) => order(bare(a), bare(b)));
}

function heading({ file }: Plan, narrowings: number): string[] {
  return comments([
    `Written by \`veridian import ${file}\` from a Microkit system description: a starting point, yours from here on.`,
  ]).concat(
    '//',
    '// What remains to be done:',
    comments([
      '1. Port the programs. They are written for libmicrokit, and speak of channel numbers; here a program declares its needs with program! { needs { … } } in Rust, under the names below. Then `file` becomes cargo:NAME, and the generated veridian.programs.ts takes the place of the Program.of descriptions.',
      '2. Move each interface into interfaces/*.ts and write its procedures as methods, so that both halves are generated.',
      narrowings === 0
        ? '3. There is no right that the description gives only because it does not say otherwise.'
        : `3. Look at each ${narrow} below (${narrowings}): a right that Microkit gives unless told otherwise, or that may be more than is needed.`,
      '4. Choose the machine. Addresses of registers, ports and interrupt lines are those of the board that the description was written for.',
    ]),
  );
}

/** The definition. */
export function writeDefinition(plan: Plan): string {
  const used = new Set([
    ...plan.objects.flatMap(({ props }) => props.map(([, expression]) => expression)),
    ...plan.components.flatMap(({ needs }) => needs.map(({ object }) => object)),
    ...plan.components.flatMap(({ supervisor }) => supervisor ?? []),
  ]);
  const body = [
    ...plan.interfaces.flatMap(interfaceText),
    ...plan.components.flatMap((component) => programText(component, plan.file)),
    'const app = new App();',
    `const system = new System(app, ${quoted(plan.id)}, { machine: machines.q35({ memory: ${sizeExpression(plan.memory)} }) });`,
    '',
    ...plan.objects.flatMap((object) => objectText(object, used)),
    ...(plan.objects.length > 0 ? [''] : []),
    ...plan.components.flatMap(componentText),
    'app.synth();',
  ].join('\n');
  const taken = enclosed('import ', ['{', '}'], imports(body), " from 'veridian';");
  return [...heading(plan, countNarrowings(plan)), ...taken, '', body, ''].join('\n');
}

/** How many rights of it may be too much. */
export function countNarrowings({ interfaces, objects, components }: Plan): number {
  const notes = [
    ...interfaces.flatMap((one) => one.notes),
    ...objects.flatMap((one) => one.notes),
    ...components.flatMap((one) => [...one.notes, ...one.needs.flatMap((need) => need.notes)]),
  ];
  return notes.filter((note) => note.startsWith(narrow)).length;
}
