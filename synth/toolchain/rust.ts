import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { run } from './process.js';
import { packageRoot } from './root.js';
import { type Arch, targets } from './targets.js';

/** A Rust toolchain that can build for a target. */
export interface Rust {
  /** Where it comes from: rustup's proxies, or the system's own packages. */
  readonly kind: 'rustup' | 'system';
  /** "1.96". */
  readonly version: string;
  /** `rustc -vV`, for the keys of caches. */
  readonly identity: string;
  readonly cargo: string;
  /** Environment in which to run cargo: nothing of another toolchain on the PATH comes first. */
  readonly env: NodeJS.ProcessEnv;
  /** Arguments behind `cargo build` for a bare-metal target: the library is built from source where it is not shipped. */
  readonly targetArgs: readonly string[];
  /** cargo has `clippy` and `fmt`. */
  readonly lints: boolean;
}

/** The oldest Rust that has what the sources use: let chains, naked functions, positions of macro spans. */
export const OLDEST_RUST = '1.88';

const number = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
};

/** First executable called one of `names` on the PATH. */
export function which(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of names) {
    const folder = folders.find((candidate) => candidate && existsSync(join(candidate, name)));
    if (folder) return join(folder, name);
  }
  return undefined;
}

/** Every cargo worth trying in order: those on the PATH, and rustup's, which a new shell would find. */
function candidates(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'cargo'));
  const all = [...onPath, join(homedir(), '.cargo', 'bin', 'cargo')];
  return [...new Set(all)].filter((file) => existsSync(file));
}

/** What Cargo and its users may have set for other builds, and what would change the bytes of ours. */
const FOREIGN =
  /^(CARGO_ENCODED_RUSTFLAGS|RUSTFLAGS|RUSTC|RUSTC_BOOTSTRAP|CARGO_BUILD_.*|CARGO_TARGET_.*|CARGO_PROFILE_.*)$/;

async function inspect(cargo: string, arch: Arch): Promise<Rust | undefined> {
  const folder = dirname(cargo);
  const rustc = join(folder, 'rustc');
  if (!existsSync(rustc)) return undefined;
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)),
  );
  env.PATH = [folder, process.env.PATH ?? ''].join(delimiter);
  // Finding must not install: a proxy of rustup would fetch what rust-toolchain.toml names.
  env.RUSTUP_AUTO_INSTALL = '0';
  const ask = async (...args: string[]): Promise<string | undefined> => {
    const { code, stdout } = await run(rustc, args, { cwd: packageRoot, env, timeout: 20_000 });
    return code === 0 ? stdout.trim() : undefined;
  };
  const [identity, sysroot] = await Promise.all([ask('-vV'), ask('--print', 'sysroot')]);
  const version = /^release: (\d+\.\d+)/m.exec(identity ?? '')?.[1];
  if (!identity || !sysroot || !version || number(version) < number(OLDEST_RUST)) return undefined;
  const { triple } = targets[arch];
  const shipped = existsSync(join(sysroot, 'lib', 'rustlib', triple, 'lib'));
  const source = existsSync(join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'core'));
  if (!shipped && !source) return undefined;
  const kind = existsSync(join(folder, 'rustup')) ? 'rustup' : 'system';
  const variable = triple.toUpperCase().replaceAll('-', '_');
  if (kind === 'system') {
    env.RUSTC = rustc;
    const linker = which('ld.lld-19', 'ld.lld', 'rust-lld');
    if (!linker) return undefined;
    env[`CARGO_TARGET_${variable}_LINKER`] = linker;
  }
  if (!shipped) env.RUSTC_BOOTSTRAP = '1';
  return {
    kind,
    version,
    identity,
    cargo,
    env,
    targetArgs: shipped
      ? []
      : ['-Zbuild-std=core,alloc,compiler_builtins', '-Zbuild-std-features=compiler-builtins-mem'],
    lints: existsSync(join(folder, 'cargo-clippy')) && existsSync(join(folder, 'cargo-fmt')),
  };
}

const found = new Map<Arch, Promise<Rust | undefined>>();

/** The Rust to build for `arch` with: one that ships the target's library before one that must build it. */
export function findRust(arch: Arch): Promise<Rust | undefined> {
  const known = found.get(arch);
  if (known) return known;
  const search = (async () => {
    const inspected = await Promise.all(candidates().map((cargo) => inspect(cargo, arch)));
    const usable = inspected.filter((rust) => rust !== undefined);
    return usable.find(({ targetArgs }) => targetArgs.length === 0) ?? usable[0];
  })();
  found.set(arch, search);
  return search;
}

/** Forgets what was found, after something was installed. */
export function forgetRust(): void {
  found.clear();
}
