/** A snapshot as people read it. */
import type { ComponentActivity, Snapshot } from './snapshot.js';

const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;

/** "84 KiB" or "1.5 MiB" of a count of bytes. */
function memoryText(bytes: number): string {
  if (bytes < MEBIBYTE) return `${Math.ceil(bytes / KIBIBYTE)} KiB`;
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** A rate with a digit behind the point where it is small: one message in two seconds is not none. */
function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}

const headings = ['component', 'state', 'CPU %', 'switches/s', 'IPC/s', 'faults', 'memory'] as const;
/** Columns of words; numbers stand at the right. */
const WORDS = 2;

/** Its path in its system; below it, what it made. */
function nameText(system: string, { path, thread, process }: ComponentActivity): string {
  if (thread !== undefined) return `  ${process ? 'process, ' : ''}thread ${thread}`;
  return path.startsWith(`${system}/`) ? path.slice(system.length + 1) : path;
}

const cells = (system: string, one: ComponentActivity): string[] => [
  nameText(system, one),
  one.state,
  one.cpu.toFixed(1),
  rateText(one.switches),
  rateText(one.ipc),
  one.faults.toLocaleString('en-US'),
  one.thread === undefined ? memoryText(one.memory) : '–',
];

const BOLD = '1';
const colours: Readonly<Partial<Record<ComponentActivity['state'], string>>> = { running: '32', stopped: '31' };

/** What a line of a table looks like. */
interface Line {
  readonly text: string;
  /** Number of a terminal's style. */
  readonly style?: string | undefined;
}

function table({ system, time, components }: Snapshot): Line[] {
  const rows = components.map((component) => cells(system, component));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < WORDS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const busy = components.reduce((sum, { cpu }) => sum + cpu, 0);
  const made = components.filter(({ thread }) => thread !== undefined).length;
  const count = `${components.length - made} components${made === 0 ? '' : `, ${made} threads made`}`;
  return [
    { text: `${system}  ${time.toFixed(1)} s  ${count}  ${busy.toFixed(1)} % of a core` },
    { text: line(headings), style: BOLD },
    ...rows.map((row, index) => ({ text: line(row), style: colours[components[index]?.state ?? 'ready'] })),
  ];
}

/** How a snapshot is shown: whether with colours, and on how many rows and columns. */
export interface TextOptions {
  /** @default false */
  readonly colour?: boolean;
  /** @default - as many as it takes */
  readonly rows?: number;
  /** @default - as many as it takes */
  readonly columns?: number;
}

/** The lines of a snapshot: a heading, and a row for each component. What does not fit is left out. */
export function snapshotText(one: Snapshot, options: TextOptions = {}): string[] {
  const { colour = false, rows = Number.POSITIVE_INFINITY, columns = Number.POSITIVE_INFINITY } = options;
  const all = table(one);
  const hidden = all.length > rows ? all.length - rows + 1 : 0;
  const shown = hidden === 0 ? all : [...all.slice(0, all.length - hidden), { text: `… and ${hidden} more` }];
  return shown.map(({ text, style }: Line) => {
    const fitting = text.slice(0, columns);
    return colour && style !== undefined ? `\x1b[${style}m${fitting}\x1b[0m` : fitting;
  });
}

/** What a terminal is sent so that these lines stand in the place of the `before` lines that it shows. */
export function frame(lines: readonly string[], before: number): string {
  const back = before === 0 ? '' : `\x1b[${before}A\r\x1b[J`;
  return `${back}${lines.map((line) => `${line}\n`).join('')}`;
}
