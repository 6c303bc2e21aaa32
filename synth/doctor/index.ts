import { findGdb } from '../debug/index.js';
import { findQemu, qemuPrograms, testedQemu, versionWarning } from '../qemu/index.js';
import { type Arch, arches, findRust, targets, which } from '../toolchain/index.js';
import { hasApt, installCommand } from './apt.js';
import { rustByHand, rustPackages } from './rust-sources.js';

/** One thing that Veridian needs of a machine. */
export interface Requirement {
  readonly name: string;
  /** What it is needed for. */
  readonly purpose: string;
  /** What was found; undefined where it is missing. */
  readonly found?: string;
  /** Why what was found may not do. */
  readonly warning?: string;
  /** Command or words that bring it, where it is missing. */
  readonly remedy?: string;
  /** Whether the work at hand needs it. */
  readonly needed: boolean;
}

const QEMU_PACKAGES: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['qemu-system-x86'],
  aarch64: ['qemu-system-arm'],
  riscv64: ['qemu-system-misc', 'opensbi'],
};

/** The Debian packages that bring QEMU for `arch`. */
export function qemuPackages(arch: Arch): readonly string[] {
  return QEMU_PACKAGES[arch];
}

function qemuRemedy(arch: Arch): string {
  if (hasApt()) return installCommand(qemuPackages(arch));
  if (which('brew')) return 'brew install qemu';
  const name = { x86_64: 'x86', aarch64: 'aarch64', riscv64: 'riscv' }[arch];
  if (which('dnf')) return `sudo dnf install qemu-system-${name}-core`;
  if (which('pacman')) return `sudo pacman -S qemu-system-${name}`;
  return `install QEMU ${testedQemu.oldest} or newer, with ${qemuPrograms[arch]} on the PATH`;
}

/** The Debian package that brings GDB for every architecture. */
export const gdbPackages: readonly string[] = ['gdb-multiarch'];

function gdbRemedy(): string {
  if (hasApt()) return installCommand(gdbPackages);
  if (which('brew')) return 'brew install gdb';
  if (which('dnf')) return 'sudo dnf install gdb';
  if (which('pacman')) return 'sudo pacman -S gdb';
  return 'install a GDB that is built for every architecture';
}

async function examineGdb(): Promise<Requirement> {
  const gdb = await findGdb();
  return {
    name: 'gdb',
    purpose: 'stop systems in a debugger, with `veridian debug`',
    needed: false,
    ...(gdb ? { found: gdb.version ?? 'unknown version' } : { remedy: gdbRemedy() }),
  };
}

async function rustRemedy(triple: string): Promise<string> {
  if (which('rustup')) return rustByHand(triple);
  const source = await rustPackages(triple);
  if (!source) return rustByHand(triple);
  return [installCommand(source.packages), ...(source.afterwards ? [source.afterwards.join(' ')] : [])].join(' && ');
}

/** Words for a Rust that was found: "1.96 (system)            targets x86_64". */
export function describeRust(rust: { version: string; kind: string }, arch: Arch): string {
  return `${`${rust.version} (${rust.kind})`.padEnd(24)} targets ${arch}`;
}

async function examineRust(arch: Arch, needed: boolean): Promise<Requirement> {
  const toolchain = await findRust(arch);
  return {
    name: 'rust',
    purpose: 'build native programs of your own',
    needed,
    ...(toolchain ? { found: describeRust(toolchain, arch) } : { remedy: await rustRemedy(targets[arch].triple) }),
  };
}

async function examineQemu(arch: Arch, needed: boolean): Promise<Requirement> {
  const qemu = await findQemu(arch);
  const warning = qemu && versionWarning(qemu.version);
  return {
    name: needed ? 'qemu' : `qemu ${arch}`,
    purpose: needed ? 'boot systems on this machine' : `boot systems for ${arch} on this machine`,
    needed,
    ...(qemu ? { found: qemu.version ?? 'unknown version' } : { remedy: qemuRemedy(arch) }),
    ...(warning ? { warning } : {}),
  };
}

/**
 * Looks for everything that Veridian needs here; `rust` says whether there is native code to build. What other
 * architectures than `arch` take is optional.
 */
export async function examine(arch: Arch, rust: boolean): Promise<Requirement[]> {
  const others = arches.filter((other) => other !== arch);
  return [
    { name: 'node', purpose: 'run Veridian', found: process.versions.node, needed: true },
    await examineRust(arch, rust),
    await examineQemu(arch, true),
    ...(await Promise.all(others.map((other) => examineQemu(other, false)))),
    await examineGdb(),
  ];
}

export { asRoot, hasApt, installCommand } from './apt.js';
export { type RustPackages, rustByHand, rustPackages, rustupInstall } from './rust-sources.js';
