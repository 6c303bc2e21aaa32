/** Every code that the tool’s findings on a project carry, with what it stands for in a few words. */
import { definitionRules } from '../../constructs/rules.js';
import { diffRules } from '../diff/rules.js';
import { imageRules } from '../image/index.js';
import { importRules } from '../import/index.js';
import { programRules } from '../programs/index.js';
import { projectRules } from '../project/rules.js';
import { queryRules } from '../query/rules.js';
import { recordRules } from '../record/rules.js';
import { reviewRules } from '../review/index.js';
import { verifyRules } from '../verify/index.js';
import { rules } from './rules/index.js';
import { systemClash } from './system-clash.js';

export const ruleTitles: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...Object.entries(definitionRules),
    ...Object.entries(projectRules),
    ...[...rules, systemClash].map(({ code, title }) => [code, title] as const),
    ...Object.entries(queryRules),
    ...Object.entries(verifyRules),
    ...Object.entries(recordRules),
    ...Object.entries(reviewRules),
    ...Object.entries(programRules),
    ...Object.entries(imageRules),
    ...Object.entries(importRules),
    ...Object.entries(diffRules),
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);
