/** Type checks a definition: what the compiler refuses is not synthesized. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import type { Finding } from '../findings/index.js';
import { filesDigest, keyOfParts, type Project, StepCache, toolDigest } from '../project/index.js';
import { run } from '../toolchain/index.js';

const settings = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
} as const;

function configAbove(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'tsconfig.json');
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * The configuration to check with: the project’s own, or for one that has none or runs another file than
 * usual, one that names that file and takes its settings from the nearest configuration above.
 */
function configuration({ root, main }: Project, definition: boolean): string {
  const own = join(root, 'tsconfig.json');
  if (existsSync(own) && !definition) return own;
  const above = configAbove(root);
  const folder = join(root, '.veridian');
  const slashes = (path: string): string => path.split(sep).join('/');
  const text = JSON.stringify({
    ...(above ? { extends: slashes(relative(folder, above)) } : { compilerOptions: settings }),
    ...(main === undefined
      ? { include: ['../**/*.ts'], exclude: ['../**/node_modules', '../target', '../**/*.test.ts'] }
      : { files: [slashes(join('..', main))], include: [] }),
  });
  const file = join(folder, 'tsconfig.json');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return file;
}

const compiler = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

function key({ root, main }: Project, config: string): string {
  const typed = (name: string): boolean => /\.(ts|mts|cts|json)$/.test(name);
  return keyOfParts(toolDigest(), main ?? '', readFileSync(config), filesDigest(root, ['.'], typed));
}

const diagnostic = /^(.*?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;

/** The compiler’s messages as findings; `undefined` where what it said is none. */
export function parseDiagnostics(output: string): Finding[] {
  const findings: Finding[] = [];
  for (const line of output.split('\n')) {
    const match = diagnostic.exec(line);
    const last = findings.at(-1);
    if (match) {
      const [, file = '', at = '0', column = '0', , number, message] = match;
      findings.push({
        code: 'VRD0023',
        severity: 'error',
        message: `${message} (${number})`,
        source: { file: file.split(sep).join('/'), line: Number(at), column: Number(column) },
        related: [],
        help: 'grants are exactly what the program needs: `veridian explain VRD0023`',
      });
    } else if (last && /^\s+\S/.test(line)) {
      findings[findings.length - 1] = { ...last, message: `${last.message}\n${line}` };
    }
  }
  return findings;
}

/** Checks the types of a project. Skipped when neither its files nor Veridian have changed since they were right. */
export async function checkTypes(project: Project, definition = false): Promise<Finding[]> {
  const config = configuration(project, definition);
  const cache = new StepCache(project.root);
  const inputs = key(project, config);
  if (cache.get('types', inputs) === true) return [];
  const args = [compiler(), '--noEmit', '--pretty', 'false', '-p', config];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: project.root });
  const findings = parseDiagnostics(stdout);
  if (findings.length === 0 && code !== 0) {
    const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    return [
      {
        code: 'VRD0023',
        severity: 'error',
        message: ['the compiler could not check the types', ...said.slice(0, 12)].join('\n'),
        source: { file: relative(project.root, config).split(sep).join('/'), line: 1 },
        related: [],
        help: 'correct the configuration that it complains of',
      },
    ];
  }
  if (code === 0) cache.set('types', inputs, true);
  return findings;
}
