/** Projects that tests deploy, and what they look at. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, run } from '../toolchain/index.js';
import { type DeployedMachine, deployedMachines } from './machine.js';
import { placeOf } from './place.js';

/** What a test deploys: a console, and what else the text adds to the system `web` and to the machines. */
export interface Deployed {
  readonly system?: string;
  readonly machines?: string;
}

/** A project of stock parts with a stack `local` of machines `web`, somewhere `veridian` can be imported. */
export class TestProject {
  readonly root: string;

  constructor() {
    const folder = join(packageRoot, '.veridian', 'tests');
    mkdirSync(folder, { recursive: true });
    this.root = mkdtempSync(join(folder, 'deploy-'));
    writeFileSync(join(this.root, 'cdktf.json'), '{"language":"typescript","app":"tsx main.ts"}');
  }

  write({ system = '', machines = '' }: Deployed): void {
    const text = [
      "import { App, Console, MiB, machines, System } from 'veridian';",
      "import { QemuVm, TerraformStack } from 'veridian/terraform';",
      'const app = new App();',
      "const web = new System(app, 'web', { machine: machines.q35({ memory: MiB(64) }) });",
      "new Console(web, 'terminal');",
      system,
      `new QemuVm(new TerraformStack(app, 'local'), 'web', { system: web, ${machines} });`,
      'app.synth();',
    ];
    writeFileSync(join(this.root, 'main.ts'), text.join('\n'));
  }

  /** Runs the command line on this project. */
  veridian(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const tool = ['--conditions=veridian-source', '--import', 'tsx', join(packageRoot, 'synth', 'cli', 'main.ts')];
    const [command = '', ...rest] = args;
    return run(process.execPath, [...tool, command, this.root, ...rest], {
      cwd: packageRoot,
      env: { ...process.env, ...env },
    });
  }

  /** A program in QEMU’s place, which writes its process id to `pids` beside it and then runs `script`. */
  standIn(script: string): NodeJS.ProcessEnv {
    const file = join(this.root, 'qemu.sh');
    const version = `[ "$1" = --version ] && { echo 'QEMU emulator version 7.2.0'; exit; }`;
    writeFileSync(file, `#!/bin/sh\n${version}\necho $$ >> '${this.pidFile}'\n${script}\n`);
    chmodSync(file, 0o755);
    return { VERIDIAN_QEMU: file };
  }

  /** Terraform, but so that a subcommand only begins when it is not interrupted first; `isHeld` says that it waits. */
  heldTerraform(program: string, subcommand: string): NodeJS.ProcessEnv {
    const file = join(this.root, 'terraform.sh');
    const hold = `sleep 60 & trap "kill $!; exit 1" INT; touch '${this.heldFile}'; wait $!`;
    writeFileSync(file, `#!/bin/sh\n[ "$1" = ${subcommand} ] && { ${hold}; }\nexec '${program}' "$@"\n`);
    chmodSync(file, 0o755);
    rmSync(this.heldFile, { force: true });
    return { VERIDIAN_TERRAFORM: file };
  }

  private get heldFile(): string {
    return join(this.root, 'held');
  }

  get isHeld(): boolean {
    return existsSync(this.heldFile);
  }

  private get pidFile(): string {
    return join(this.root, 'pids');
  }

  /** Process ids of the stand-ins that were started. */
  standIns(): number[] {
    try {
      return readFileSync(this.pidFile, 'utf8').trim().split('\n').map(Number);
    } catch {
      return [];
    }
  }

  get machines(): DeployedMachine[] {
    return deployedMachines(placeOf(this.root, 'local').machines);
  }

  get deployFolder(): string {
    return join(this.root, '.veridian', 'deploy');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Whether a process is there. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
