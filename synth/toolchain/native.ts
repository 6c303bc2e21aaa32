import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ToolError } from '../findings/index.js';
import { Cache, keyOf, placeFile } from './cache.js';
import { run } from './process.js';
import type { Reporter } from './reporter.js';
import { packageRoot } from './root.js';
import { findRust, type Rust } from './rust.js';
import { type Arch, targets } from './targets.js';

/** One cargo build of some of a workspace's packages for a bare-metal target. */
export interface NativeBuild {
  /** Name of the step and of the cache entry: "kernel", "services", "programs". */
  readonly name: string;
  /** Cargo workspace, absolute. */
  readonly workspace: string;
  /** Folders of the packages to build, relative to the workspace. */
  readonly packages: readonly string[];
  /** What else goes into it, relative to the workspace: folders or files. */
  readonly inputs: readonly string[];
  readonly flags: readonly string[];
  /** Level of optimization in place of the workspace's own. */
  readonly optimization?: string;
  readonly arch: Arch;
  readonly cache: string;
}

/** Nearest folder at or above `folder` whose Cargo.toml declares a workspace. */
export function cargoWorkspace(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = join(at, 'Cargo.toml');
    if (existsSync(manifest) && /^\[workspace\]/m.test(readFileSync(manifest, 'utf8'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Folders directly below `folder` that hold a Cargo package with a program, relative to `workspace`. */
export function programPackages(workspace: string, folder: string): string[] {
  const path = join(workspace, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => existsSync(join(path, name, 'Cargo.toml')) && existsSync(join(path, name, 'src', 'main.rs')))
    .map((name) => join(folder, name))
    .sort();
}

function packageName(folder: string): string {
  const name = /^name\s*=\s*"([^"]+)"/m.exec(readFileSync(join(folder, 'Cargo.toml'), 'utf8'))?.[1];
  if (name) return name;
  throw new ToolError({
    code: 'VRD0952',
    message: `${join(relative(process.cwd(), folder), 'Cargo.toml')} names no package`,
    help: 'give it a [package] section with a name',
  });
}

/** The tool's words for a machine without Rust. */
export function missingRust(): ToolError {
  return new ToolError({
    code: 'VRD0951',
    message: 'no Rust toolchain that can build for a bare-metal target',
    help: '`veridian doctor` prints the command that installs one',
  });
}

/** Environment for cargo: paths of this machine do not get into what is built. */
function buildEnvironment(rust: Rust, build: NativeBuild): NodeJS.ProcessEnv {
  const remapped = [
    `--remap-path-prefix=${packageRoot}=/veridian`,
    ...(build.workspace === packageRoot ? [] : [`--remap-path-prefix=${build.workspace}=/project`]),
  ];
  const level = build.optimization === undefined ? {} : { CARGO_PROFILE_RELEASE_OPT_LEVEL: build.optimization };
  return { ...rust.env, ...level, CARGO_ENCODED_RUSTFLAGS: [...build.flags, ...remapped].join('\x1f') };
}

/** Binaries that cargo's messages name, by name of the target. */
function executables(messages: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line) as { reason: string; executable?: string | null; target?: { name: string } };
    if (message.reason === 'compiler-artifact' && message.executable && message.target)
      found.set(message.target.name, message.executable);
  }
  return found;
}

/** What cargo said without its progress. */
function diagnostics(stderr: string): string {
  const progress = /^\s*(Compiling|Finished|Downloading|Downloaded|Updating|Locking|Adding|Blocking|Building|Fresh)\b/;
  return stderr
    .split('\n')
    .filter((line) => !progress.test(line))
    .join('\n')
    .trim();
}

async function compile(rust: Rust, build: NativeBuild, folder: string, say: (line: string) => void): Promise<void> {
  const names = build.packages.map((path) => packageName(join(build.workspace, path)));
  const { triple } = targets[build.arch];
  const args = [
    'build',
    '--release',
    '--message-format=json-render-diagnostics',
    ...rust.targetArgs,
    ...['--target', triple],
    ...['--target-dir', join('target', 'native')],
    ...names.flatMap((name) => ['-p', name]),
  ];
  const finished = await run(rust.cargo, args, {
    cwd: build.workspace,
    env: buildEnvironment(rust, build),
    onLine: (line) => say(line.trim()),
  });
  if (finished.code !== 0) {
    throw new ToolError({
      code: 'VRD0952',
      message: `building ${build.name} failed\n\n${diagnostics(finished.stderr)}\n`,
      help: 'the compiler says above what is wrong',
    });
  }
  for (const [name, path] of executables(finished.stdout)) await placeFile(path, join(folder, `${name}.elf`));
}

/** Builds, or takes from the cache, and returns each program's absolute path by name. */
export async function buildNative(build: NativeBuild, reporter: Reporter): Promise<Map<string, string>> {
  const step = reporter.begin(build.name);
  try {
    const rust = await findRust(build.arch);
    if (!rust) throw missingRust();
    const settings = [rust.identity, build.arch, build.optimization ?? '', ...build.flags, ...rust.targetArgs];
    const key = await keyOf(build.workspace, [...build.packages, ...build.inputs], settings);
    const folder = await new Cache(build.cache).get(`${build.name}-${build.arch}`, key, async (made) => {
      await mkdir(made, { recursive: true });
      await compile(rust, build, made, step.update);
    });
    const programs = readdirSync(folder).sort();
    const byName = new Map(programs.map((file) => [file.replace(/\.elf$/, ''), join(folder, file)]));
    step.done([...byName.keys()].join(', '));
    return byName;
  } catch (error) {
    step.failed(error instanceof ToolError ? (error.message.split('\n')[0] ?? '') : 'failed');
    throw error;
  }
}
