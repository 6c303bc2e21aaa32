import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** One figure of the benchmark, beside what others reach. */
export interface Figure {
  readonly name: string;
  /** Architecture that it was measured on, or the host's for the tool itself. */
  readonly arch: string;
  readonly value: number;
  /** "instructions", "bytes", "ms" or "MiB". */
  readonly unit: string;
  /** Figures of other systems in the same unit, by what they are. */
  readonly anchors: Readonly<Record<string, number>>;
}

const ofKernel = z.record(z.string(), z.record(z.string(), z.number()));
const Anchors = z.object({ source: z.string(), x86_64: ofKernel, aarch64: ofKernel, riscv64: ofKernel });

/** Figures of other kernels, by architecture and name; the file says how they were measured. */
export const anchors = Anchors.parse(JSON.parse(readFileSync(new URL('./anchors.json', import.meta.url), 'utf8')));

/** Figures that a machine printed: lines `bench <name> <value>`, whatever stands before them. */
export function consoleFigures(console: string): { name: string; value: number }[] {
  return [...console.matchAll(/\bbench (\S+) (\d+)\s*$/gm)].map(([, name = '', value]) => ({
    name,
    value: Number(value),
  }));
}

/** A table for people: name, value, unit, anchors. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, arch, value, unit, anchors: beside }) => [
    name,
    arch,
    value.toLocaleString('en-US', { maximumFractionDigits: 1 }),
    unit,
    Object.entries(beside)
      .map(([what, anchor]) => `${what} ${anchor.toLocaleString('en-US')}`)
      .join(' · '),
  ]);
  const all = [['name', 'arch', 'value', 'unit', 'others'], ...rows];
  const width = (column: number): number => Math.max(...all.map((row) => row[column]?.length ?? 0));
  const widths = [0, 1, 2, 3].map(width);
  return all
    .map((row) =>
      row
        .map((cell, column) => {
          const size = widths[column] ?? 0;
          return column === 2 ? cell.padStart(size) : cell.padEnd(size);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
