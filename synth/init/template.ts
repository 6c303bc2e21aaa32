import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCheckout, packageRoot, version } from '../toolchain/index.js';

/** What a new project is to be. */
export interface Wish {
  /** npm name of the project. */
  readonly name: string;
  /** With the programs' own Rust sources, in place of the prebuilt programs. */
  readonly rust: boolean;
  /** How package.json asks for veridian: a range, or `file:` and a path. */
  readonly dependency: string;
  /** Folder of the Rust runtime, relative to the project; asked for with `rust` only. */
  readonly runtime: string;
}

/** The example that new projects begin as: its own folder in a checkout, a copy in an installed package. */
const model = (): string =>
  isCheckout ? join(packageRoot, 'examples', 'hello') : join(packageRoot, 'dist', 'template');

/** Files of the model that a new project takes over, relative to it. */
export const modelFiles = {
  all: ['main.ts', 'interfaces/greeter.ts', 'veridian.programs.ts'],
  rust: ['interfaces/generated/lib.rs', 'programs/client/src/main.rs', 'programs/greeter/src/main.rs'],
} as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function programTypes(text: string, rust: boolean): string {
  // The model's programs lie in Veridian's own Cargo workspace, a project's in one of its own.
  return rust ? text.replaceAll("'examples/hello/", "'") : text.replaceAll("'cargo:", "'veridian:");
}

const cargoWorkspace = (runtime: string): string => `[workspace]
resolver = "3"
members = ["programs/*", "interfaces"]
exclude = ["node_modules"]

[workspace.package]
version = "0.1.0"
edition = "2024"
publish = false

[workspace.dependencies]
veridian = { path = "${runtime}" }
interfaces = { path = "interfaces" }

[profile.dev]
panic = "abort"

[profile.release]
panic = "abort"
opt-level = 3
lto = "fat"
codegen-units = 1
`;

const cargoInherited = 'version.workspace = true\nedition.workspace = true\npublish.workspace = true\n';

const cargoInterfaces = `[package]
name = "interfaces"
${cargoInherited}
[lib]
path = "generated/lib.rs"
test = false
doctest = false

[dependencies]
veridian.workspace = true
`;

const cargoProgram = (name: string): string => `[package]
name = "${name}"
${cargoInherited}
[[bin]]
name = "${name}"
path = "src/main.rs"
test = false
bench = false

[dependencies]
veridian.workspace = true
interfaces.workspace = true
`;

const readme = (name: string, rust: boolean): string => `# ${name}

An operating system, written in TypeScript and booted by [Veridian](https://www.npmjs.com/package/veridian).

    npm start      check, build and boot it; the console is here, Ctrl-C ends it
    npm test       check it, boot it, and look for what it should say

- \`main.ts\` says which components there are, and what each may do.
- \`interfaces/\` says what they can ask of each other.
${
  rust
    ? '- `programs/` are the programs, in Rust. Each declares its needs; `veridian.programs.ts` is written from them.\n'
    : '- `veridian.programs.ts` are the types of the programs: here two that come with Veridian, already built.\n'
}
Take a grant out of \`main.ts\`, or add one that nobody asked for: your editor says so, and so does \`npx veridian check\`.
`;

/** Every file of a new project, by path relative to it. */
export function projectFiles({ name, rust, dependency, runtime }: Wish): Map<string, string> {
  const from = (path: string): string => readFileSync(join(model(), path), 'utf8');
  const files = new Map<string, string>([
    ['cdktf.json', json({ language: 'typescript', app: 'tsx main.ts' })],
    [
      'tsconfig.json',
      json({
        compilerOptions: {
          target: 'es2023',
          module: 'nodenext',
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: true,
          noEmit: true,
          types: [],
        },
        include: ['*.ts', 'interfaces/*.ts'],
      }),
    ],
    ['.gitignore', 'node_modules/\nveridian.out/\n.veridian/\ntarget/\n'],
    ['README.md', readme(name, rust)],
  ]);
  for (const path of modelFiles.all) files.set(path, from(path));
  files.set('veridian.programs.ts', programTypes(from('veridian.programs.ts'), rust));
  if (rust) {
    for (const path of modelFiles.rust) files.set(path, from(path));
    files.set('Cargo.toml', cargoWorkspace(runtime));
    files.set('interfaces/Cargo.toml', cargoInterfaces);
    for (const program of ['client', 'greeter']) files.set(`programs/${program}/Cargo.toml`, cargoProgram(program));
  }
  // Last, so that what was interrupted is no npm project yet.
  files.set(
    'package.json',
    json({
      name,
      version,
      private: true,
      type: 'module',
      scripts: {
        start: 'veridian run',
        test: 'veridian check && veridian run --expect hello,.client --timeout 60s',
      },
      dependencies: { veridian: dependency },
    }),
  );
  return files;
}
