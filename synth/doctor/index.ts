import { findQemu, testedQemu, versionWarning } from '../qemu/index.js';
import { type Arch, findRust, targets, which } from '../toolchain/index.js';
import { hasApt, installCommand } from './apt.js';
import { rustByHand, rustPackages } from './rust-sources.js';

/** One thing that Veridian needs of a machine. */
export interface Requirement {
  readonly name: 'node' | 'rust' | 'qemu';
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

const QEMU_PACKAGES: Readonly<Record<Arch, readonly string[]>> = { x86_64: ['qemu-system-x86'] };

/** The Debian packages that bring QEMU for `arch`. */
export function qemuPackages(arch: Arch): readonly string[] {
  return QEMU_PACKAGES[arch];
}

function qemuRemedy(arch: Arch): string {
  if (hasApt()) return installCommand(qemuPackages(arch));
  if (which('brew')) return 'brew install qemu';
  if (which('dnf')) return 'sudo dnf install qemu-system-x86-core';
  if (which('pacman')) return 'sudo pacman -S qemu-system-x86';
  return `install QEMU ${testedQemu.oldest} or newer, with qemu-system-x86_64 on the PATH`;
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

/** Looks for everything that Veridian needs here; `rust` says whether there is native code to build. */
export async function examine(arch: Arch, rust: boolean): Promise<Requirement[]> {
  const { triple } = targets[arch];
  const [toolchain, qemu] = await Promise.all([findRust(arch), findQemu(arch)]);
  const warning = qemu && versionWarning(qemu.version);
  return [
    { name: 'node', purpose: 'run Veridian', found: process.versions.node, needed: true },
    {
      name: 'rust',
      purpose: 'build native programs of your own',
      needed: rust,
      ...(toolchain ? { found: describeRust(toolchain, arch) } : { remedy: await rustRemedy(triple) }),
    },
    {
      name: 'qemu',
      purpose: 'boot systems on this machine',
      needed: true,
      ...(qemu ? { found: qemu.version ?? 'unknown version' } : { remedy: qemuRemedy(arch) }),
      ...(warning ? { warning } : {}),
    },
  ];
}

export { asRoot, hasApt, installCommand } from './apt.js';
export { type RustPackages, rustByHand, rustPackages, rustupInstall } from './rust-sources.js';
