/** A comparison as people read it in a terminal. */
import { styleText } from 'node:util';
import type { Source } from '../../constructs/graph/index.js';
import type { Step } from '../authority/index.js';
import { place } from '../findings/index.js';
import {
  type Change,
  type ComponentDiff,
  type Counts,
  countAll,
  type Diff,
  type Reach,
  type SystemDiff,
  type Verdict,
} from './model.js';

/** Whether colour is used: not in files, pipes, or with NO_COLOR. */
export interface TextOptions {
  readonly colour: boolean;
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const at = ({ file, line }: Source): string => place({ file, line });
const set = (rights: readonly string[]): string => `{ ${rights.join(', ')} }`;

/** A path in short, for a line that is about one system. */
export const short = (path: string): string => path.slice(path.indexOf('/') + 1);

/** `web ─put→ cache (main.ts:44) ─write→ disk (main.ts:38)`. */
export function witnessText(steps: readonly Step[]): string {
  const [first] = steps;
  if (!first) return '';
  return steps.reduce((text, { from, to, rights, source }, index) => {
    // Where two steps do not join, the second starts with its own subject.
    const joint = index > 0 && steps[index - 1]?.to !== from ? ` · ${short(from)}` : '';
    return `${text}${joint} ─${rights.join(',')}→ ${short(to)} (${at(source)})`;
  }, short(first.from));
}

/** One line a gain, one a loss; what is behind a grant is one line with both. */
export function changeLines({ what, need, kind, before, after, verdict }: Change): string[] {
  if (what === 'rights') {
    const [gained, lost] = [after.filter((one) => !before.includes(one)), before.filter((one) => !after.includes(one))];
    const was = before.length === 0 ? '' : `   was ${set(before)}`;
    const now = after.length === 0 ? '' : `   leaves ${set(after)}`;
    return [
      ...(gained.length > 0 ? [`+ ${need}: ${kind} ${set(gained)}${was}`] : []),
      ...(lost.length > 0 ? [`− ${need}: ${kind} ${set(lost)}${gained.length > 0 ? '' : now}`] : []),
      // A grant without rights is a name for nothing, but it comes and goes.
      ...(gained.length + lost.length === 0
        ? [`${verdict === 'broader' ? '+' : '−'} ${need}: ${kind} ${set([])}`]
        : []),
    ];
  }
  const sign = verdict === 'broader' ? '+' : verdict === 'narrower' ? '−' : '±';
  const [from, to] = [before.join(', ') || 'nothing', after.join(', ') || 'nothing'];
  if (what === 'priority' || what === 'core') return [`${sign} ${what}: ${to}   was ${from}`];
  return [`${sign} ${need}: ${kind}, ${what === 'methods' ? 'methods ' : ''}${to}   was ${from}`];
}

/** The word for a component; a rename without any change is not one of the verdicts. */
export function verdictWord({ verdict, status }: ComponentDiff): string {
  if (status === 'added') return 'ADDED';
  if (status === 'removed') return 'REMOVED';
  return verdict.toUpperCase();
}

function reachLines(label: string, { object, rights, witness }: Reach): string[] {
  const head = `    ${label.padEnd(16)}${object} ${set(rights)}`;
  return witness.length === 0 ? [head] : [head, `${' '.repeat(20)}${witnessText(witness)}`];
}

const colours: Readonly<Record<Verdict, Parameters<typeof styleText>[0]>> = {
  broader: ['bold', 'red'],
  incomparable: ['bold', 'red'],
  narrower: ['bold', 'green'],
  equivalent: 'dim',
};

function componentLines(diff: ComponentDiff, width: number, paint: Paint): string[] {
  const { path, was, status, verdict, source, changes, reaches, loses, notes } = diff;
  const name = `  ${(status === 'renamed' ? (was ?? path) : path).padEnd(width)}`;
  const renamed = status === 'renamed' ? `renamed ${path}` : '';
  if (verdict === 'equivalent') {
    const said = ['same authority', renamed, ...notes].filter((text) => text !== '');
    return [`${name}  ${said.join(', ')}`];
  }
  const word = paint(colours[verdict], verdictWord(diff).padEnd(12));
  return [
    `${name}  ${word}  ${[at(source), renamed].filter((text) => text !== '').join('  ')}`.trimEnd(),
    ...changes.flatMap((change) => changeLines(change).map((line) => `    ${line}`)),
    ...reaches.flatMap((reach) => reachLines('newly reaches', reach)),
    ...loses.flatMap((reach) => reachLines('cannot reach', reach)),
    ...notes.map((note) => `    ${note}`),
  ];
}

/** `broader than main`, `equivalent to main`, `broader and narrower than main`. */
export function relation(verdict: Verdict, base: string): string {
  if (verdict === 'equivalent') return `equivalent to ${base}`;
  return `${verdict === 'incomparable' ? 'broader and narrower' : verdict} than ${base}`;
}

function systemLines(diff: SystemDiff, base: string, paint: Paint): string[] {
  const { system, was, verdict, components } = diff;
  const name = was === undefined ? system : `${system} (was ${was})`;
  const width = Math.max(0, ...components.map((one) => (one.was ?? one.path).length));
  return [
    `${paint('bold', name)}: ${paint(colours[verdict], relation(verdict, base))}`,
    ...(components.length > 0 ? ['', ...components.flatMap((one) => componentLines(one, width, paint))] : []),
  ];
}

/** `1 broader · 1 narrower · 1 renamed · 9 unchanged · complete`. */
export function summary(counts: Counts, complete: boolean): string {
  const words: [number, string][] = [
    [counts.broader, 'broader'],
    [counts.incomparable, 'incomparable'],
    [counts.narrower, 'narrower'],
    [counts.renamed, 'renamed'],
    [counts.unchanged, 'unchanged'],
  ];
  const counted = words
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`);
  return [...counted, complete ? 'complete' : 'NOT complete'].join(' · ');
}

/** The whole comparison, one newline at its end. */
export function renderText(diff: Diff, { colour }: TextOptions = { colour: false }): string {
  const paint: Paint = colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
  const blocks = diff.systems.map((system) => systemLines(system, diff.base, paint));
  const broken = diff.broken.map(({ code, message, source }) =>
    [`  ${paint(['bold', 'red'], 'policy broken')}  ${code}  ${message}`, source ? at(source) : '']
      .join('   ')
      .trimEnd(),
  );
  const omitted = diff.systems.flatMap(({ system, omitted: left }) => left.map((text) => `  ${system}: ${text}`));
  return `${[
    ...blocks,
    ...(broken.length > 0 ? [broken] : []),
    ...(omitted.length > 0 ? [omitted] : []),
    [summary(countAll(diff.systems), diff.complete)],
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
