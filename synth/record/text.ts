/** A record and what follows from it, as people read it. */
import { capabilityText } from '../check/context.js';
import { place } from '../findings/index.js';
import type { RecordedRun, RecordFile } from './record-file.js';
import type { Proposal, Tightening } from './tighten.js';

const endings: Readonly<Record<RecordedRun['ended'], string>> = {
  'powered-off': 'powered off',
  reset: 'reset',
  expected: 'ended when its console showed what was expected',
  timeout: 'ended by its time limit',
  interrupted: 'ended by a signal',
};

/** `powered off with code 0 after 1.2 s`. */
export function runText({ ended, code, milliseconds }: RecordedRun): string {
  const how = code === undefined ? endings[ended] : `${endings[ended]} with code ${code}`;
  return `${how} after ${(milliseconds / 1000).toFixed(1)} s`;
}

function proposalText({ need, object, kind, granted, used, methods, source, ...rest }: Proposal): string {
  const { grant, program, obstacle } = rest;
  const called = methods.length > 0 ? `, by ${methods.join(', ')}` : '';
  const rows = [
    ['used', used.length === 0 ? 'nothing' : `${used.join(', ')}${called}`, ''],
    ['grant', grant ?? 'take it away', place(source)],
    ...(program
      ? [
          [
            'need',
            program.rights.length === 0 ? 'take it away' : capabilityText(kind, program.rights),
            place(program.source),
          ],
        ]
      : []),
    ...(obstacle === undefined ? [] : [['but', obstacle, '']]),
  ];
  const lines = rows.map(([label = '', text = '', at = '']) => `    ${label.padEnd(7)}${text}${at && `  ${at}`}`);
  return [`  ${need}: ${capabilityText(kind, granted)} on ${object}`, ...lines].join('\n');
}

/** What was run, which grants could be narrower, and how many could not. */
export function tighteningText({ system, grants, used, notJudged, proposals }: Tightening, record: RecordFile): string {
  const runs = record.runs.map((run) => `  ${runText(run)}`);
  const whole = record.runs.every(({ ended }) => ended === 'powered-off');
  const head = [
    `${system} on ${record.machine}, from ${record.runs.length === 1 ? 'one recorded run' : `${record.runs.length} recorded runs`}`,
    ...runs,
    'What they did not do is not in the record: take away only what the system never needs.',
    ...(whole ? [] : ['Not all of them came to their end: what the system does after that was not seen.']),
    ...(record.lost === 0
      ? []
      : [
          `NOT complete: ${record.lost} uses of capabilities that were passed on many times could not be told whose they are.`,
        ]),
  ].join('\n');
  const subjects = [...new Set(proposals.map(({ subject }) => subject))];
  const groups = subjects.map((subject) =>
    [subject, ...proposals.filter((one) => one.subject === subject).map(proposalText)].join('\n'),
  );
  const closing = [
    `${system}: ${grants} grants, ${used} used in whole`,
    `${proposals.length} could be narrower or go`,
    ...(notJudged > 0 ? [`${notJudged} server ${notJudged === 1 ? 'end' : 'ends'}, as their clients need`] : []),
  ].join(' · ');
  return [head, ...groups, closing].join('\n\n');
}
