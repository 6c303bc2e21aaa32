/** A comparison as SARIF 2.1.0, which code scanning opens at the line of the grant. */
import { createHash } from 'node:crypto';
import type { Location, Log, Result } from 'sarif';
import type { Source } from '../../constructs/graph/index.js';
import type { Step } from '../authority/index.js';
import { version } from '../toolchain/index.js';
import { type Change, type ComponentDiff, type Diff, gains, type Reach } from './model.js';
import { changeLines, witnessText } from './render-text.js';
import { diffRules } from './rules.js';

export interface SarifOptions {
  /** Folder of the project within its repository, with `/` between folders; empty for the repository itself. */
  readonly prefix: string;
}

const rule = (code: keyof typeof diffRules, level: 'error' | 'note') => ({
  id: code,
  name: diffRules[code].replace(/(?:^|\s)(\w)/g, (_all, letter: string) => letter.toUpperCase()),
  shortDescription: { text: diffRules[code] },
  help: { text: `veridian explain ${code}` },
  defaultConfiguration: { level },
});

/** A path from the root of the repository, as a URI reference. */
function uri(file: string, prefix: string): string {
  const parts = [...prefix.split('/'), ...file.split('/')].filter((part) => part !== '' && part !== '.');
  return parts.map(encodeURIComponent).join('/');
}

function location({ file, line, column }: Source, prefix: string, message?: string): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(file, prefix), uriBaseId: 'SRCROOT' },
      // A line of 0 is one that nobody knows; SARIF counts from 1.
      region: { startLine: Math.max(1, line), ...(column ? { startColumn: column } : {}) },
    },
    ...(message === undefined ? {} : { message: { text: message } }),
  };
}

/** Stays the same when lines move, so that an alert is not a new one. */
function fingerprint(...parts: readonly string[]): Record<string, string> {
  return { 'veridianAuthority/v1': createHash('sha256').update(JSON.stringify(parts)).digest('hex') };
}

function flow(steps: readonly Step[], prefix: string): NonNullable<Result['codeFlows']> {
  const locations = steps.map((step) => ({
    location: location(step.source, prefix, `${step.from} ─${step.rights.join(',')}→ ${step.to}`),
  }));
  return locations.length === 0 ? [] : [{ threadFlows: [{ locations }] }];
}

class Results {
  readonly #prefix: string;
  readonly #base: string;

  constructor(prefix: string, base: string) {
    this.#prefix = prefix;
    this.#base = base;
  }

  of(component: ComponentDiff): Result[] {
    const { path, status, verdict, source } = component;
    const own = [
      ...component.changes.map((change) => this.#change(path, change)),
      ...component.reaches.map((reach) => this.#reach(component, reach, true)),
      ...component.loses.map((reach) => this.#reach(component, reach, false)),
    ];
    if (own.length > 0 || verdict === 'equivalent') return own;
    const text = `${path} is ${status === 'added' ? 'new' : status === 'removed' ? 'gone' : verdict}`;
    return [this.#result(gains(verdict), `${text}, compared with ${this.#base}`, source, [path, status])];
  }

  #result(gained: boolean, text: string, source: Source, key: readonly string[], steps: readonly Step[] = []): Result {
    const codeFlows = flow(steps, this.#prefix);
    return {
      ruleId: gained ? 'VRD0421' : 'VRD0422',
      ruleIndex: gained ? 0 : 1,
      level: gained ? 'error' : 'note',
      message: { text },
      locations: [location(source, this.#prefix)],
      partialFingerprints: fingerprint(gained ? 'gains' : 'loses', ...key),
      ...(codeFlows.length > 0 ? { codeFlows } : {}),
    };
  }

  #change(path: string, change: Change): Result {
    const text = `${path}: ${changeLines(change).join('; ')}, on ${change.object}, compared with ${this.#base}`;
    const key = [path, change.what, change.object, change.kind, ...change.before, '→', ...change.after];
    return this.#result(gains(change.verdict), text, change.source, key);
  }

  #reach(component: ComponentDiff, { object, rights, witness }: Reach, gained: boolean): Result {
    const { path, source } = component;
    const way = witness.length > 0 ? `: ${witnessText(witness)}` : '';
    const text = `${path} ${gained ? 'newly reaches' : 'no longer reaches'} ${object} { ${rights.join(', ')} }${way}`;
    // A way that is gone has its lines in the base: what is open in an editor is the head.
    const place = gained ? (witness[0]?.source ?? source) : source;
    return this.#result(gained, text, place, [path, 'reach', object, ...rights], gained ? witness : []);
  }
}

/** The log. Broken policies and what was not compared are notifications of the run, and make it unsuccessful. */
export function renderSarif(diff: Diff, { prefix }: SarifOptions = { prefix: '' }): string {
  const results = new Results(prefix, diff.base);
  const omitted = diff.systems.flatMap((system) => system.omitted.map((text) => `${system.system}: ${text}`));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'veridian',
            version,
            rules: [rule('VRD0421', 'error'), rule('VRD0422', 'note')],
          },
        },
        originalUriBaseIds: { SRCROOT: { description: { text: 'the root of the repository' } } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: diff.complete,
            toolExecutionNotifications: omitted.map((text) => ({ level: 'warning' as const, message: { text } })),
          },
        ],
        results: [
          ...diff.systems.flatMap(({ components }) => components.flatMap((one) => results.of(one))),
          ...diff.broken.map(
            ({ code, message, source }): Result => ({
              ruleId: code,
              level: 'error',
              message: { text: `policy broken: ${message}` },
              locations: source ? [location(source, prefix)] : [],
              partialFingerprints: fingerprint('policy', code, message),
            }),
          ),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
