import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../toolchain/index.js';
import { UsageError } from './failure.js';
import { didYouMean } from './nearest.js';

const folder = (): string => join(packageRoot, 'docs', 'rules');

/** Codes of all rules that have a page, in order. */
export function ruleCodes(): string[] {
  return readdirSync(folder())
    .map((name) => /^(VRD\d{4})\.md$/.exec(name)?.[1])
    .filter((code) => code !== undefined)
    .sort();
}

/** The page of a rule as it is written, in Markdown. `code` may leave out `VRD` and be in small letters. */
export function rulePage(code: string): string {
  const wanted = /^\d{4}$/.test(code) ? `VRD${code}` : code.toUpperCase();
  const page = join(folder(), `${wanted}.md`);
  if (/^VRD\d{4}$/.test(wanted) && existsSync(page)) return readFileSync(page, 'utf8');
  const meant = didYouMean(wanted, ruleCodes());
  throw new UsageError(`there is no rule ${code}`, meant || '`veridian explain` lists all rules');
}

/** Every rule with the title of its page. */
export function ruleTitles(): { code: string; title: string }[] {
  return ruleCodes().map((code) => {
    const first = readFileSync(join(folder(), `${code}.md`), 'utf8').split('\n')[0] ?? '';
    return { code, title: first.replace(/^#*\s*/, '').replace(new RegExp(`^${code}[\\s:—–-]*`), '') };
  });
}
