/** Terraform, or OpenTofu, as it is on this machine, and how it is run for a stack. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateFolder } from '../../constructs/stack.js';
import { ToolError } from '../findings/index.js';
import { runsFromSource, which } from '../toolchain/index.js';
import type { StackPlace } from './place.js';

/** The command that installs one of the two programs, where neither is there. */
export const installCommand =
  process.platform === 'darwin' ? 'brew install opentofu' : 'sudo snap install --classic opentofu';

/** Absolute path of the program that deploys: VERIDIAN_TERRAFORM, else `terraform`, else `tofu`; undefined without one. */
export function findTerraform(): string | undefined {
  return process.env.VERIDIAN_TERRAFORM || which('terraform') || which('tofu') || undefined;
}

/** As `findTerraform`; a machine without it is an error with the command that installs one. */
export function needTerraform(): string {
  const program = findTerraform();
  if (program !== undefined) return program;
  throw new ToolError({
    code: 'VRD0981',
    message: 'neither terraform nor tofu is on this machine (PATH)',
    help: `${installCommand}; or see https://opentofu.org/docs/intro/install and https://developer.hashicorp.com/terraform/install`,
  });
}

/** What a run of Terraform came to. */
export interface TerraformRun {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error in the order in which they came. */
  readonly said: string;
  /** It was told to stop by Ctrl-C or by a signal to this process. */
  readonly interrupted: boolean;
}

/** One word of a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that runs `vm.ts` of this very copy of Veridian. */
function vmCommand(): string {
  if (!runsFromSource) return [process.execPath, join(import.meta.dirname, 'vm.js')].map(quote).join(' ');
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const source = join(import.meta.dirname, 'vm.ts');
  return [process.execPath, '--conditions=veridian-source', '--import', tsx, source].map(quote).join(' ');
}

/** Terraform for one stack. */
export class Terraform {
  private constructor(
    private readonly program: string,
    private readonly place: StackPlace,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param bootTimeout milliseconds that a machine has to boot */
  static for(place: StackPlace, bootTimeout: number): Terraform {
    const program = needTerraform();
    mkdirSync(place.state, { recursive: true });
    const config = join(place.state, 'empty.tfrc');
    writeFileSync(config, '');
    const env = {
      ...process.env,
      // Nothing of the user’s own settings changes what is deployed, and nobody outside is asked anything.
      TF_CLI_CONFIG_FILE: config,
      TF_DATA_DIR: join(place.state, 'terraform'),
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      VERIDIAN_BOOT_TIMEOUT: String(bootTimeout),
      VERIDIAN_FAILURES: place.failures,
    };
    return new Terraform(program, place, env);
  }

  /**
   * Runs a subcommand in the stack’s folder. Terraform has a process group of its own, so that Ctrl-C reaches it once,
   * from here: it then ends in an orderly way, and a second one would make it forget what it did.
   *
   * @param onOutput takes what it writes, as it comes
   */
  run(args: readonly string[], onOutput: (chunk: Buffer) => void = () => {}): Promise<TerraformRun> {
    const child: ChildProcess = spawn(this.program, [...args], {
      cwd: this.place.out,
      env: { ...this.env, VERIDIAN_VM: vmProgram(this.place) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let interrupted = false;
    const interrupt = (): void => {
      if (!interrupted) child.kill('SIGINT');
      interrupted = true;
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, interrupt);
    return new Promise((resolve) => {
      let stdout = '';
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        said += chunk.toString();
        onOutput(chunk);
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        onOutput(chunk);
      });
      const finish = (code: number, extra = ''): void => {
        for (const signal of signals) process.removeListener(signal, interrupt);
        resolve({ code, stdout, said: said + extra, interrupted });
      };
      child.once('error', (error) => finish(127, error.message));
      child.once('close', (code) => finish(code ?? 1));
    });
  }

  /** As `run`; anything but success is an error with Terraform’s own words. */
  async need(args: readonly string[]): Promise<string> {
    const { code, stdout, said, interrupted } = await this.run(args);
    if (code === 0) return stdout;
    throw interrupted ? interruptedError(this.place, 'asking') : this.failed(args[0] ?? '', code, said);
  }

  /** The error of a subcommand that failed; Terraform’s own words, without the frames that it draws. */
  failed(subcommand: string, code: number, said: string): ToolError {
    const lines = said
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
      .replace(/\x1b\[[0-9;]*m/g, '')
      .split('\n')
      .map((line) => line.replace(/^[╷│╵]\s?/, '').trimEnd());
    const from = lines.findIndex((line) => /^Error: /.test(line));
    const shown = (from < 0 ? lines.slice(-20) : lines.slice(from)).filter((line) => line !== '').slice(0, 40);
    return new ToolError({
      code: 'VRD0984',
      message: [`\`${basename(this.program)} ${subcommand}\` ended with code ${code}`, ...shown].join('\n'),
      help: 'correct what it names and deploy again; what it had done before is kept in its state',
    });
  }
}

/**
 * Writes the program that Terraform’s commands start, and gives its path. It is a script, since the path of Node or of
 * Veridian may have a space in it, which the variable of a shell cannot quote.
 */
function vmProgram({ id, state }: StackPlace): string {
  const name = 'veridian-vm.sh';
  writeFileSync(join(state, name), `exec ${vmCommand()} "$@"\n`);
  return `sh ${stateFolder(id)}/${name}`;
}

/** What was done by the time that Ctrl-C came, and what to do then. */
const interruptions = {
  asking: () => ['nothing was changed', 'start the same command again'],
  applying: (id: string) => [
    'machines that had not booted were removed, those that had are kept',
    `\`veridian deploy ${id}\` goes on, \`veridian destroy ${id}\` removes what is there`,
  ],
  destroying: (id: string) => [
    'machines that had not been stopped still run',
    `\`veridian destroy ${id}\` goes on, \`veridian deploy ${id}\` starts again what is gone`,
  ],
} as const satisfies Readonly<Record<string, (id: string) => readonly [message: string, help: string]>>;

/** What to say when Ctrl-C came while Terraform worked. */
export function interruptedError({ id }: StackPlace, during: keyof typeof interruptions): ToolError {
  const [message, help] = interruptions[during](id);
  return new ToolError({ code: 'VRD0987', message: `interrupted: ${message}`, help });
}
