/** Findings as people read them, and as programs do. */
import { styleText } from 'node:util';
import type { Source } from '../../constructs/graph/index.js';
import type { Finding, Related } from './finding.js';

/** Where the text goes. Colour is left out where the stream is no terminal or NO_COLOR is set. */
export interface RenderOptions {
  readonly stream?: NodeJS.WriteStream;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

function painter(stream: NodeJS.WriteStream | undefined): Paint {
  const { NO_COLOR } = process.env;
  if (stream?.isTTY !== true || (NO_COLOR !== undefined && NO_COLOR !== '')) return (_style, text) => text;
  return (style, text) => styleText(style, text);
}

/** `main.ts:31:14`, as editors and terminals open it. */
export function place({ file, line, column }: Source): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

function arrows(finding: Finding, paint: Paint): string[] {
  const also = finding.related.filter(({ label }) => label === 'also');
  const shown: { where: string; text: string }[] = [];
  if (finding.source) {
    shown.push({ where: place(finding.source), text: also.length > 0 ? (finding.path ?? '') : '' });
  }
  for (const { text, source } of also) shown.push({ where: source ? place(source) : '', text });
  const width = Math.max(0, ...shown.map(({ where }) => where.length));
  return shown.map(({ where, text }) =>
    `  ${paint('dim', '-->')} ${text === '' ? where : `${where.padEnd(width)}  ${text}`}`.trimEnd(),
  );
}

function facts(related: readonly Related[], help: string, paint: Paint): string[] {
  const rows = related.filter(({ label }) => label !== 'also');
  const width = Math.max(6, 'help'.length, ...rows.map(({ label }) => label.length));
  const followed = rows.filter(({ on, source }) => on !== undefined || source !== undefined);
  const textWidth = Math.max(0, ...followed.map(({ text }) => text.length));
  const line = (label: string, text: string): string => `   ${paint('bold', label.padEnd(width))}  ${text}`.trimEnd();
  return [
    ...rows.map(({ label, text, on, source }) => {
      const behind = [on === undefined ? '' : `on ${on}`, source ? place(source) : ''].filter((part) => part !== '');
      return line(label, behind.length === 0 ? text : `${text.padEnd(textWidth)}   ${behind.join('  ')}`);
    }),
    ...help.split('\n').map((part, index) => line(index === 0 ? 'help' : '', part)),
  ];
}

/** One finding, without a newline at its end. */
export function renderFinding(finding: Finding, options: RenderOptions = {}): string {
  const paint = painter(options.stream);
  const head = paint(finding.severity === 'error' ? ['bold', 'red'] : ['bold', 'yellow'], finding.severity);
  const [first = '', ...rest] = finding.message.split('\n');
  return [
    `${head} ${paint('bold', finding.code)}  ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...arrows(finding, paint),
    ...facts(finding.related, finding.help, paint),
  ].join('\n');
}

/** All of them, an empty line between, one newline at the end; nothing for none. */
export function renderFindings(findings: readonly Finding[], options: RenderOptions = {}): string {
  return findings.map((finding) => `${renderFinding(finding, options)}\n`).join('\n');
}

/** `2 errors`, `1 error, 3 warnings`. */
export function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  if (errors === 0 && warnings > 0) return counted(warnings, 'warning');
  return warnings === 0 ? counted(errors, 'error') : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
}

/** The same as JSON: an array, keys as in `Finding`. */
export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings, null, 2)}\n`;
}
