/** Runs a project’s definition in a process of its own and reads the graphs that it makes. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { graphVersion, Source, type SystemGraph } from '../../constructs/graph/index.js';
import { Stack } from '../../constructs/stack.js';
import type { Finding } from '../findings/index.js';
import type { Project } from '../project/index.js';
import { type Finished, packageRoot, type RunOptions, run, runsFromSource } from '../toolchain/index.js';
import { bundleDefinition } from './bundle.js';
import { findLibrary } from './library.js';

/** The graphs of a definition, or why there are none. */
export interface Definition {
  readonly graphs: readonly SystemGraph[];
  /** Terraform stacks that the definition has beside its systems. */
  readonly stacks?: readonly Stack[];
  readonly findings: readonly Finding[];
  /** What the definition itself printed. */
  readonly printed: string;
}

/** What `constructs/report-errors.ts` writes of a mistake. */
const Mistake = z.object({
  code: z.string(),
  summary: z.string(),
  path: z.string(),
  source: Source,
  value: z.string().optional(),
  allowed: z.string().optional(),
  help: z.string(),
});

const Assembly = z.object({
  graphs: z.array(z.looseObject({ schema: z.string() })).optional(),
  stacks: z.array(Stack).optional(),
  errors: z.array(Mistake).optional(),
});

/** How `veridian` resolves in the process that runs the definition. */
const conditions: readonly string[] = runsFromSource ? ['--conditions=veridian-source'] : [];

/** Runs a command in the project. */
type Runner = (
  command: string,
  args: readonly string[],
  extra?: Pick<RunOptions, 'env' | 'input'>,
) => Promise<Finished>;

/**
 * Runs `main` of a project as one file, `bundle`, in a process that starts while the file is being made. Undefined, and
 * nothing of it was run, where the one file would not mean the same as its modules.
 */
async function runBundled(main: string, bundle: string, start: Runner): Promise<Finished | undefined> {
  const library = await findLibrary();
  if (!library) return undefined;
  const made = bundleDefinition(main, bundle, library);
  const env = { VERIDIAN_DEFINITION: bundle, VERIDIAN_MAIN: main };
  const [isMade, finished] = await Promise.all([
    made,
    start(process.execPath, [library.runner], { env, input: made.then((done) => (done ? 'run' : '')) }),
  ]);
  return isMade ? finished : undefined;
}

/**
 * Runs a project's definition. A plain `tsx FILE` is run without the processes that npx and tsx put in between, as one
 * file where that means the same, and with the module that reports mistakes in the shape of findings. Any other
 * command is run as it is; if it fails, its own words are shown.
 */
async function runProject({ app, root, main }: Project, bundle: string, start: Runner): Promise<Finished> {
  if (main === undefined) {
    const [shell = 'sh', ...args] = process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['sh', '-c'];
    return start(shell, [...args, app]);
  }
  const bundled = await runBundled(join(root, main), bundle, start);
  if (bundled) return bundled;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const reporting = new URL(`../../constructs/report-errors.${runsFromSource ? 'ts' : 'js'}`, import.meta.url).href;
  return start(process.execPath, [...conditions, '--import', tsx, '--import', reporting, main]);
}

/**
 * Runs the definition, with its systems on another machine where one is named. Whatever it does, what comes back are
 * graphs or findings.
 */
export async function runDefinition(project: Project, machine?: string): Promise<Definition> {
  const folder = join(project.root, '.veridian');
  const assembly = join(folder, `assembly-${process.pid}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(assembly, { force: true });
  const binaries = [project.root, packageRoot].map((root) => join(root, 'node_modules', '.bin'));
  const inherited = process.env.NODE_OPTIONS === undefined ? [] : [process.env.NODE_OPTIONS];
  const bundle = join(folder, `definition-${process.pid}.mjs`);
  const start: Runner = (command, args, extra) =>
    run(command, args, {
      cwd: project.root,
      ...extra,
      env: {
        ...process.env,
        PATH: [...binaries, process.env.PATH ?? ''].join(delimiter),
        NODE_OPTIONS: [...inherited, ...conditions].join(' '),
        VERIDIAN_ASSEMBLY: assembly,
        VERIDIAN_ROOT: project.root,
        VERIDIAN_RUNS_ON: machine,
        ...extra?.env,
      },
    });
  try {
    const finished = await runProject(project, bundle, start);
    if (existsSync(assembly)) return readAssembly(assembly, project, `${finished.stdout}${finished.stderr}`);
    return { graphs: [], findings: [failed(project, finished)], printed: finished.stdout };
  } finally {
    for (const file of [assembly, bundle, `${bundle}.map`]) rmSync(file, { force: true });
  }
}

function failed({ app, main }: Project, { code, stderr }: { readonly code: number; readonly stderr: string }): Finding {
  const said = stderr.split('\n').filter((line) => !/^\s+at |^Node\.js v|^\s*$/.test(line));
  return {
    code: 'VRD0021',
    severity: 'error',
    message: [`\`${app}\` ended with code ${code} and made no system`, ...said.slice(-12)].join('\n'),
    source: { file: main ?? 'cdktf.json', line: 1 },
    related: [],
    help: 'the command in cdktf.json runs the definition, which ends with app.synth()',
  };
}

function readAssembly(file: string, { main }: Project, printed: string): Definition {
  const assembly = Assembly.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  const foreign = (message: string): Definition => ({
    graphs: [],
    findings: [
      {
        code: 'VRD0022',
        severity: 'error',
        message,
        source: { file: main ?? 'cdktf.json', line: 1 },
        related: [],
        help: `this tool reads ${graphVersion}; install the same version of veridian in the project: npm ci`,
      },
    ],
    printed,
  });
  if (!assembly.success) return foreign('the definition wrote something that is no assembly');
  const { graphs = [], stacks = [], errors = [] } = assembly.data;
  if (errors.length > 0) return { graphs: [], findings: errors.map(findingOf), printed: '' };
  for (const { schema } of graphs) {
    if (schema !== graphVersion) return foreign(`the definition made a graph of version ${schema}`);
  }
  // App.synth validated them against the schema of this version before it wrote them.
  return { graphs: graphs as unknown as SystemGraph[], stacks, findings: [], printed };
}

function findingOf({ code, summary, path, source, value, allowed, help }: z.infer<typeof Mistake>): Finding {
  return {
    code,
    severity: 'error',
    message: path === '' || summary.includes(path) ? summary : `${path}: ${summary}`,
    ...(path === '' ? {} : { path }),
    source: {
      file: source.file,
      line: source.line,
      ...(source.column === undefined ? {} : { column: source.column }),
    },
    related: [
      ...(value === undefined ? [] : [{ label: 'value', text: value }]),
      ...(allowed === undefined ? [] : [{ label: 'allowed', text: allowed }]),
    ],
    help,
  };
}
