/** A comparison as people read it. */
import { place } from '../findings/index.js';
import { type Comparison, isDrift } from './compare.js';
import type { Drift, Verdict } from './drift.js';

const signs: Readonly<Record<Verdict, string>> = { gone: '−', changed: '~', within: '·', beyond: '+' };
const words: Readonly<Record<Verdict, string>> = {
  gone: 'gone',
  changed: 'changed',
  within: 'within what the graph permits',
  beyond: 'beyond what the graph permits',
};

const count = new Intl.NumberFormat('en-US');

/** `shop: 1,204 capabilities held, 1,204 declared, 0 differ`, below what differs. */
export function comparisonText(system: string, { held, declared, drift }: Comparison): string {
  const differ = drift.filter(isDrift).length;
  const passed = drift.length - differ;
  const closing = [
    `${system}: ${count.format(held)} capabilities held, ${count.format(declared)} declared, ${differ} differ`,
    ...(passed > 0 ? [`${passed} more within what the graph permits`] : []),
  ].join(' · ');
  const line = ({ verdict, text, source }: Drift): string =>
    `  ${signs[verdict]} ${text}  ${words[verdict]}  ${place(source)}`;
  const holder = ({ component, process }: Drift): string =>
    process === undefined ? component : `${component}, process ${process}`;
  const holders = [...new Set(drift.map(holder))];
  const groups = holders.map((name) => [name, ...drift.filter((one) => holder(one) === name).map(line)].join('\n'));
  return [...groups, closing].join('\n\n');
}
