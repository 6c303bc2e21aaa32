/** A comparison as one page that needs nothing beside it. */
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { place } from '../findings/index.js';
import { countAll, type Diff, gains } from './model.js';
import { changeLines, relation, summary, verdictWord, witnessText } from './render-text.js';

const page = Handlebars.create().compile(readFileSync(new URL('./diff.html.hbs', import.meta.url), 'utf8'), {
  strict: true,
});

/** The page; everything of the systems in it is escaped. */
export function renderHtml(diff: Diff): string {
  return page({
    title: `${diff.systems.map(({ system }) => system).join(', ')}: ${relation(diff.verdict, diff.base)}`,
    base: diff.base,
    head: diff.head,
    summary: summary(countAll(diff.systems), diff.complete),
    broken: diff.broken.map(({ code, message, source }) => ({ code, message, at: source ? place(source) : '' })),
    several: diff.systems.length > 1,
    systems: diff.systems.map(({ system, verdict, components, omitted }) => ({
      system,
      relation: relation(verdict, diff.base),
      omitted,
      components: components.map((one) => ({
        path: one.path,
        was: one.was ?? '',
        word: one.verdict === 'equivalent' ? 'same authority' : verdictWord(one).toLowerCase(),
        style: gains(one.verdict) ? 'gain' : one.verdict === 'narrower' ? 'loss' : 'same',
        at: place({ file: one.source.file, line: one.source.line }),
        changes: one.changes.flatMap(changeLines),
        notes: one.notes,
        reaches: [
          ...one.reaches.map((reach) => ({ label: 'newly reaches', reach })),
          ...one.loses.map((reach) => ({ label: 'no longer reaches', reach })),
        ].map(({ label, reach: { object, rights, witness } }) => ({
          label,
          object,
          rights: rights.join(', '),
          witness: witnessText(witness),
        })),
      })),
    })),
  });
}
