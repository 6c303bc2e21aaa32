import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staleFiles } from '../generate/index.js';
import {
  type Arch,
  arches,
  findRust,
  packageRoot,
  type Reporter,
  type Rust,
  run,
  targets,
} from '../toolchain/index.js';
import { cargoTally, type Tally, vitestTally } from './tally.js';

/** Where a test run says what it found. */
export interface TestContext {
  readonly arch: Arch;
  readonly rust: Rust;
  readonly reporter: Reporter;
}

/** A part of the test run. */
export interface Check {
  readonly name: string;
  /** Does it, prints what is wrong, and counts. */
  readonly run: (context: TestContext) => Promise<Tally>;
}

const bin = (name: string): string => join(packageRoot, 'node_modules', '.bin', name);

/** One program that says by its exit status whether all is well; what it says is printed when not. */
function program(name: string, command: (context: TestContext) => readonly [string, ...string[]]): Check {
  return {
    name,
    async run(context) {
      const step = context.reporter.begin(name);
      const [file, ...args] = command(context);
      const finished = await run(file, args, { cwd: packageRoot, env: context.rust.env, onLine: step.update });
      if (finished.code === 0) {
        step.done('ok');
        return { passed: 1, failed: 0, skipped: 0 };
      }
      step.failed('failed');
      process.stderr.write(`${finished.stdout}${finished.stderr}\n`);
      return { passed: 0, failed: 1, skipped: 0 };
    },
  };
}

const stale: Check = {
  name: 'generated',
  async run({ arch, reporter }) {
    const step = reporter.begin('generated');
    const files = await staleFiles(arch, reporter);
    if (files.length === 0) {
      step.done('up to date');
      return { passed: 1, failed: 0, skipped: 0 };
    }
    step.failed(`stale: ${files.join(', ')}; npm run generate`);
    return { passed: 0, failed: 1, skipped: 0 };
  },
};

/** Workspace members that have integration tests, so that cargo is not asked for tests that do not exist. */
function hasIntegrationTests(): boolean {
  return ['kernel', 'arch/x86_64', 'services/runtime'].some((folder) => {
    const tests = join(packageRoot, folder, 'tests');
    return existsSync(tests) && readdirSync(tests).some((name) => name.endsWith('.rs'));
  });
}

const cargoTests: Check = {
  name: 'cargo test',
  async run({ rust, reporter }) {
    const step = reporter.begin('cargo test');
    const args = ['test', '--workspace', '--lib', '--no-fail-fast', ...(hasIntegrationTests() ? ['--test', '*'] : [])];
    const finished = await run(rust.cargo, args, { cwd: packageRoot, env: rust.env, onLine: step.update });
    const tally = cargoTally(finished.stdout);
    if (finished.code === 0) {
      step.done(`${tally.passed} passed`);
      return tally;
    }
    step.failed(`${tally.failed} failed`);
    process.stderr.write(`${finished.stdout}${finished.stderr}\n`);
    return { ...tally, failed: Math.max(1, tally.failed) };
  },
};

/** The model checker of interleavings goes through what cores agree by. It needs all of it built in another way. */
const interleavings: Check = {
  name: 'interleavings',
  async run({ rust, reporter }) {
    const step = reporter.begin('interleavings');
    const args = ['test', '-p', 'veridian-lock', '--lib', '--target-dir', join('target', 'loom')];
    const env = { ...rust.env, CARGO_ENCODED_RUSTFLAGS: ['--cfg', 'loom'].join('\x1f') };
    const finished = await run(rust.cargo, args, { cwd: packageRoot, env, onLine: step.update });
    const tally = cargoTally(finished.stdout);
    if (finished.code === 0) {
      step.done(`${tally.passed} passed`);
      return tally;
    }
    step.failed(`${tally.failed} failed`);
    process.stderr.write(`${finished.stdout}${finished.stderr}\n`);
    return { ...tally, failed: Math.max(1, tally.failed) };
  },
};

const vitest: Check = {
  name: 'vitest',
  async run({ rust }) {
    const folder = mkdtempSync(join(tmpdir(), 'veridian-tests-'));
    const report = join(folder, 'report.json');
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    try {
      const { code } = await run(bin('vitest'), args, { cwd: packageRoot, env: rust.env, inherit: true });
      const tally = existsSync(report)
        ? vitestTally(readFileSync(report, 'utf8'))
        : { passed: 0, failed: 1, skipped: 0 };
      return code === 0 ? tally : { ...tally, failed: Math.max(1, tally.failed) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Lints for a bare machine: everything but what is for the others. */
function bareClippy(arch: Arch): Check {
  const name = `clippy ${arch}`;
  const others = arches.filter((other) => other !== arch).flatMap((other) => ['--exclude', `veridian-${other}`]);
  const check = program(name, ({ rust }) => [
    rust.cargo,
    'clippy',
    ...['--workspace', ...others],
    ...['--target', targets[arch].triple, '--target-dir', join('target', 'clippy')],
    ...rust.targetArgs,
    ...['--', '-D', 'warnings'],
  ]);
  return { name, run: async (context) => check.run({ ...context, rust: (await findRust(arch)) ?? context.rust }) };
}

/** Every part of `npm test`, the quick ones first. */
export const checks: readonly Check[] = [
  stale,
  program('biome', () => [bin('biome'), 'check', '.']),
  program('types', () => [bin('tsc'), '-p', '.']),
  program('rustfmt', ({ rust }) => [rust.cargo, 'fmt', '--all', '--check']),
  program('clippy', ({ rust }) => [rust.cargo, 'clippy', '--workspace', '--lib', '--', '-D', 'warnings']),
  ...arches.map(bareClippy),
  cargoTests,
  interleavings,
  vitest,
];
