/** Times and cores as people read them. */
import type { CoreTiming } from './analyse.js';

/** `500 µs`, `12.5 ms`, `2 s`: three digits, or all that there are. */
export function durationText(nanoseconds: number): string {
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const) {
    if (nanoseconds >= size) return `${Number((nanoseconds / size).toPrecision(4))} ${unit}`;
  }
  return `${nanoseconds} ns`;
}

export function percentText(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** A core and its tasks, the most urgent first. */
export function coreText({ core, utilisation, tasks }: CoreTiming): string {
  const rows = tasks.map(({ component, work, period, deadline, response }) => [
    component,
    work === undefined ? 'for an unknown time' : durationText(work),
    `every ${durationText(period)}`,
    response === undefined ? 'done at an unknown time' : `done after ${durationText(response)}`,
    `of ${durationText(deadline)}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `core ${core}  ${percentText(utilisation)} busy with periodic work`,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
  ].join('\n');
}
