import type { Finding } from '../findings/index.js';

/** What the importer of system descriptions can find wrong; `docs/rules` has a page for each. */
export const importRules = {
  VRD0431: 'system description that is not XML',
  VRD0432: 'unknown or unsupported in a system description',
  VRD0433: 'bad value in a system description',
} as const;

/** A system description cannot be imported. Has everything that is wrong with it. */
export class ImportError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ message }) => message).join('\n'));
    this.name = 'ImportError';
    this.findings = findings;
  }
}
