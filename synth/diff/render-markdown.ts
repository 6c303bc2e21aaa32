/** A comparison as a pull request shows it. */
import { place } from '../findings/index.js';
import { type ComponentDiff, countAll, type Diff, gains, type Reach } from './model.js';
import { changeLines, relation, summary, verdictWord, witnessText } from './render-text.js';

/** Characters that a summary of a GitHub job may have, with room for what stands around it. */
const most = 900_000;

/** Text in a code span, whatever is in it. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);

function reachItems(label: string, reach: Reach): string[] {
  const head = `- ${label} ${code(`${reach.object} { ${reach.rights.join(', ')} }`)}`;
  return reach.witness.length === 0 ? [head] : [head, `  - ${code(witnessText(reach.witness))}`];
}

function component(diff: ComponentDiff): string[] {
  const { path, was, status, verdict, source, changes, reaches, loses, notes } = diff;
  const renamed = status === 'renamed' ? `, renamed from ${code(was ?? '')}` : '';
  const where = code(place({ file: source.file, line: source.line }));
  const mark = gains(verdict) ? '🔴' : verdict === 'narrower' ? '🟢' : '⚪';
  const title = `${mark} ${code(path)} **${verdict === 'equivalent' ? 'same authority' : verdictWord(diff).toLowerCase()}**`;
  return [
    `### ${title}${renamed}${verdict === 'equivalent' ? '' : ` at ${where}`}`,
    '',
    ...(changes.length > 0 ? ['```diff', ...changes.flatMap(changeLines).map(diffLine), '```', ''] : []),
    ...reaches.flatMap((reach) => reachItems('newly reaches', reach)),
    ...loses.flatMap((reach) => reachItems('no longer reaches', reach)),
    ...notes.map((note) => `- ${escaped(note)}`),
    '',
  ];
}

/** A line that a `diff` block colours. */
const diffLine = (line: string): string => line.replace(/^−/, '-').replace(/^±/, '!');

/** The whole comparison; where it is longer than a pull request takes, it says what is left out. */
export function renderMarkdown(diff: Diff): string {
  const broken = diff.broken.map(
    ({ code: rule, message, source }) =>
      `- 🔴 policy broken: ${escaped(message)} (${rule}${source ? `, ${code(place({ file: source.file, line: source.line }))}` : ''})`,
  );
  const head = [
    ...diff.systems.map(({ system, verdict }) => `## ${code(system)} is ${escaped(relation(verdict, diff.base))}`),
    '',
    summary(countAll(diff.systems), diff.complete),
    '',
    ...broken,
    ...diff.systems.flatMap(({ omitted }) => omitted.map((text) => `- ⚠️ ${escaped(text)}`)),
    '',
  ].join('\n');
  const sections = diff.systems.flatMap(({ components }) => components.map((one) => component(one).join('\n')));
  let text = head;
  for (const [index, section] of sections.entries()) {
    if (text.length + section.length > most) {
      const left = sections.length - index;
      return `${text}\n⚠️ **Not complete**: ${left} more components are left out here; the JSON and the text have them.\n`;
    }
    text += `${section}\n`;
  }
  return `${text.trimEnd()}\n`;
}
