import { OLDEST_RUST, which } from '../toolchain/index.js';
import { candidate, hasApt } from './apt.js';

/** A way to get Rust from the system's packages. */
export interface RustPackages {
  readonly packages: readonly string[];
  /** What remains to be done with rustup, where the packages only bring that. */
  readonly afterwards?: readonly string[];
}

/** Toolchain that is asked of rustup: the component and target list of rust-toolchain.toml. */
export function rustupInstall(triple: string): string[] {
  const parts = ['--profile', 'minimal', '-c', 'clippy', '-c', 'rustfmt', '-t', triple];
  return ['rustup', 'toolchain', 'install', 'stable', ...parts];
}

const atLeast = (version: string | undefined, oldest: string): boolean => {
  const parts = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return major * 1000 + minor;
  };
  return version !== undefined && parts(version) >= parts(oldest);
};

/**
 * The packages of this Debian or Ubuntu that bring a Rust new enough: Debian's backport for browsers, its own, or
 * rustup. Undefined where apt knows none, which may mean that its lists were never fetched.
 */
export async function rustPackages(triple: string): Promise<RustPackages | undefined> {
  if (!hasApt()) return undefined;
  if (atLeast(await candidate('rustc-web'), OLDEST_RUST)) {
    const linker = (await candidate('lld-19')) ? 'lld-19' : 'lld';
    return {
      packages: [
        'rustc-web',
        'cargo-web',
        'rust-web-src',
        'rust-web-clippy',
        'rustfmt-web',
        linker,
        'gcc',
        'libc6-dev',
      ],
    };
  }
  if (atLeast(await candidate('rustc'), OLDEST_RUST))
    return { packages: ['rustc', 'cargo', 'rust-src', 'rust-clippy', 'rustfmt', 'lld', 'gcc', 'libc6-dev'] };
  if (await candidate('rustup')) return { packages: ['rustup', 'gcc', 'libc6-dev'], afterwards: rustupInstall(triple) };
  return undefined;
}

/** What a person types to get Rust on a system that this tool cannot set up. */
export function rustByHand(triple: string): string {
  return which('rustup')
    ? `rustup target add ${triple}`
    : `install rustup (https://rustup.rs), then: rustup toolchain install stable -t ${triple} -c clippy -c rustfmt`;
}
