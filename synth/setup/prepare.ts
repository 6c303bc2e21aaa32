import { findGdb } from '../debug/index.js';
import {
  asRoot,
  describeRust,
  gdbPackages,
  hasApt,
  installCommand,
  qemuPackages,
  rustByHand,
  rustPackages,
  rustupInstall,
} from '../doctor/index.js';
import { ToolError } from '../findings/index.js';
import { findQemu, qemuPrograms, versionWarning } from '../qemu/index.js';
import { type Arch, findRust, forgetRust, type Reporter, type Rust, run, targets, which } from '../toolchain/index.js';
import { chromiumPackages, findChromium } from './chromium.js';

/** Milliseconds that rustup may take: where it reaches nothing, it waits long. */
const RUSTUP_PATIENCE = 120_000;

function failedSetup(message: string, help: string): ToolError {
  return new ToolError({ code: 'VRD0971', message, help });
}

/** Installs Debian packages, fetching the lists and finishing an interrupted installation where that is what it takes. */
async function installPackages(packages: readonly string[], say: (line: string) => void): Promise<void> {
  const apt = async (...args: string[]) => {
    const [program = 'env', ...rest] = [...asRoot(), 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', ...args];
    return run(program, rest, { asks: true, onLine: say });
  };
  const install = () =>
    apt('apt-get', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages);
  say(`installing ${packages.join(' ')}`);
  let finished = await install();
  if (finished.code !== 0 && /dpkg --configure -a/.test(finished.stderr)) {
    say('finishing an installation that was interrupted');
    await apt('dpkg', '--configure', '-a');
    finished = await install();
  }
  if (finished.code !== 0) {
    say('fetching the package lists');
    await apt('apt-get', 'update');
    finished = await install();
  }
  if (finished.code === 0) return;
  const said = finished.stderr.trim().split('\n').slice(-4).join('\n');
  throw failedSetup(
    `installing ${packages.join(' ')} failed\n\n${said}\n`,
    `run it yourself: ${installCommand(packages)}`,
  );
}

async function refreshLists(say: (line: string) => void): Promise<void> {
  say('fetching the package lists');
  const [program = 'apt-get', ...rest] = [...asRoot(), 'apt-get', 'update'];
  await run(program, rest, { asks: true });
}

async function tryRustup(args: readonly string[], say: (line: string) => void): Promise<boolean> {
  const [program = 'rustup', ...rest] = args;
  say(args.join(' '));
  const { code } = await run(program, rest, { timeout: RUSTUP_PATIENCE, onLine: say });
  forgetRust();
  return code === 0;
}

async function installRust(arch: Arch, say: (line: string) => void): Promise<Rust> {
  const { triple } = targets[arch];
  if (which('rustup')) {
    const added = await tryRustup(['rustup', 'target', 'add', triple], say);
    const rust = added ? await findRust(arch) : undefined;
    if (rust) return rust;
  }
  if (hasApt()) {
    let source = await rustPackages(triple);
    if (!source) {
      await refreshLists(say);
      source = await rustPackages(triple);
    }
    if (source) {
      await installPackages(source.packages, say);
      if (source.afterwards) await tryRustup(rustupInstall(triple), say);
      forgetRust();
      const rust = await findRust(arch);
      if (rust) return rust;
    }
  }
  throw failedSetup('this machine has no Rust that can build for a bare-metal target', rustByHand(triple));
}

async function step<T>(reporter: Reporter, name: string, work: (say: (line: string) => void) => Promise<[T, string]>) {
  const shown = reporter.begin(name);
  try {
    const [result, detail] = await work(shown.update);
    shown.done(detail);
    return result;
  } catch (error) {
    shown.failed('missing');
    throw error;
  }
}

/** Makes sure that there is a Rust for `arch`, with its formatter and lints if `lints`, installing one where it can. */
export function prepareRust(arch: Arch, reporter: Reporter, lints: boolean): Promise<Rust> {
  return step(reporter, 'rust', async (say) => {
    const found = await findRust(arch);
    const rust = found && (found.lints || !lints) ? found : await installRust(arch, say);
    return [rust, describeRust(rust, arch)];
  });
}

/** Makes sure that there is a QEMU for `arch`, installing one where it can. */
export async function prepareQemu(arch: Arch, reporter: Reporter): Promise<void> {
  const qemu = await step(reporter, `qemu ${arch}`, async (say) => {
    let found = await findQemu(arch);
    if (!found && hasApt()) {
      await installPackages(qemuPackages(arch), say);
      found = await findQemu(arch);
    }
    if (!found)
      throw failedSetup('QEMU is not installed', `install QEMU 7.2 or newer, with ${qemuPrograms[arch]} on the PATH`);
    return [found, found.version ?? 'unknown version'];
  });
  const warning = versionWarning(qemu.version);
  if (warning) reporter.warn(warning);
}

/** Makes sure that there is a GDB for every architecture, installing one where it can. */
export async function prepareGdb(reporter: Reporter): Promise<void> {
  await step(reporter, 'gdb', async (say) => {
    let found = await findGdb();
    if (!found && hasApt()) {
      await installPackages(gdbPackages, say);
      found = await findGdb();
    }
    if (!found) throw failedSetup('GDB is not installed', 'install a GDB that is built for every architecture');
    return [found, found.version ?? 'unknown version'];
  });
}

/**
 * Installs a Chromium where it can and there is none. The tests of the graph view alone need it, and are skipped without
 * one, so that a machine that cannot have it is told and nothing more.
 */
export async function prepareChromium(reporter: Reporter): Promise<void> {
  const shown = reporter.begin('chromium');
  let why = '';
  if (!findChromium() && hasApt()) {
    try {
      await installPackages(chromiumPackages, shown.update);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      why = ` (${error.message.split('\n')[0]})`;
    }
  }
  const found = findChromium();
  if (found) shown.done(found);
  else shown.failed(`none: tests of the graph view are skipped${why}; ${installCommand(chromiumPackages)}`);
}
