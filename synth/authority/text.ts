/** Steps of a witness as people read them. */
import type { Step } from './step.js';

/** A path without the system’s id in front, which every path of a system has. */
export function shortPath(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

/** `web ─put→ cache`, and what carries it where that is something else. */
export function stepText({ from, to, via, rights, on }: Step): string {
  const [start, end] = [shortPath(from), shortPath(to)];
  const over = on === undefined ? '' : shortPath(on);
  const arrow = `${start} ─${rights.join(', ')}→ ${end}`;
  switch (via) {
    case 'grant':
      return on === undefined ? arrow : `${arrow}  by the timer ${over}`;
    case 'call':
      return `${arrow}  over ${over}`;
    case 'delegation':
      return `${start} ←delegate─ ${end}  passes capabilities over ${over}`;
    case 'region':
      return `${arrow}  through the memory ${over}`;
    case 'dma':
      return `${start} ─DMA→ ${end}  with ${over}: no IOMMU keeps its device from any memory`;
    case 'restart':
      return `${arrow}  is told of its faults over ${over}`;
  }
}

/** A step with its reasons before it, each indented once more. */
export function stepLines(step: Step, depth = 0): readonly { readonly text: string; readonly step: Step }[] {
  const indent = '  '.repeat(depth);
  const reasons = (step.because ?? []).flatMap((reason) => stepLines(reason, depth + 1));
  return [...reasons, { text: `${indent}${stepText(step)}`, step }];
}
