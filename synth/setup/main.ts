import { printFailure } from '../cli/failure.js';
import { main as veridian } from '../cli/main.js';
import { generateRepository, staleFiles } from '../generate/index.js';
import { type Arch, arches, lineReporter } from '../toolchain/index.js';
import { checks } from './checks.js';
import { pack } from './pack.js';
import { prepareChromium, prepareGdb, prepareQemu, prepareRust } from './prepare.js';
import { closingLine, type Tally, total } from './tally.js';

const arch: Arch = 'x86_64';
const reporter = lineReporter();

/** What it takes to build and boot for every architecture. */
async function prepareAll(): Promise<void> {
  for (const each of arches) {
    await prepareRust(each, reporter, false);
    await prepareQemu(each, reporter);
  }
}

/** What each npm script does, by the word that `scripts/setup.mjs` passes on. Each gives the exit status. */
const modes: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  async start(args) {
    await prepareRust(arch, reporter, false);
    await prepareQemu(arch, reporter);
    return veridian(['run', ...(args.length > 0 ? args : ['examples/hello'])]);
  },
  async test() {
    const rust = await prepareRust(arch, reporter, true);
    await prepareAll();
    await prepareGdb(reporter);
    await prepareChromium(reporter);
    const tallies: Tally[] = [];
    for (const check of checks) {
      try {
        tallies.push(await check.run({ arch, rust, reporter }));
      } catch (error) {
        printFailure(error);
        tallies.push({ passed: 0, failed: 1, skipped: 0 });
      }
    }
    const sum = total(tallies);
    process.stdout.write(`\n${closingLine(sum)}\n`);
    return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
  },
  async generate(args) {
    await prepareRust(arch, reporter, false);
    if (!args.includes('--check')) {
      await generateRepository(arch, reporter);
      return 0;
    }
    const stale = await staleFiles(arch, reporter);
    for (const file of stale) reporter.warn(`${file} is stale; run npm run generate`);
    return stale.length === 0 ? 0 : 2;
  },
  async bench(args) {
    await prepareAll();
    const { bench } = await import('../bench/index.js');
    return bench(reporter, args.includes('--json'));
  },
  async pack() {
    for (const each of arches) await prepareRust(each, reporter, false);
    await pack(reporter);
    return 0;
  },
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const mode = modes[name];
  if (!mode) throw new Error(`setup does not know ${name}; it does ${Object.keys(modes).join(', ')}`);
  process.exitCode = await mode(args);
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
