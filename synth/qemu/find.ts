import { ToolError } from '../findings/index.js';
import { type Arch, run, which } from '../toolchain/index.js';
import { qemuPrograms } from './command-line.js';

/** QEMU as it is on this machine. */
export interface Qemu {
  /** Absolute path of the program. */
  readonly program: string;
  /** "7.2", or undefined where it does not say one that we can read. */
  readonly version: string | undefined;
}

/** Versions that the tests ran under, and between which nothing that is used here changed. */
export const testedQemu = { oldest: '7.2', newest: '10.1' } as const;

/** "7.2" as a number that versions can be compared by. */
export const versionNumber = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 100 + minor;
};

/** "7.2" of what `qemu-system-… --version` prints. */
export function readVersion(text: string): string | undefined {
  return /version (\d+\.\d+)/.exec(text)?.[1];
}

/** What there is to say about a version: nothing for a tested one. */
export function versionWarning(version: string | undefined): string | undefined {
  const range = `tested with ${testedQemu.oldest} to ${testedQemu.newest}`;
  if (version === undefined) return `QEMU does not say its version (${range})`;
  if (versionNumber(version) < versionNumber(testedQemu.oldest))
    return `QEMU ${version} is older than what Veridian is ${range}`;
  if (versionNumber(version) > versionNumber(testedQemu.newest))
    return `QEMU ${version} is newer than what Veridian is ${range}`;
  return undefined;
}

/** QEMU for `arch`, if it is installed. VERIDIAN_QEMU names another program. */
export async function findQemu(arch: Arch): Promise<Qemu | undefined> {
  const program = process.env.VERIDIAN_QEMU || which(qemuPrograms[arch]);
  if (!program) return undefined;
  const { code, stdout } = await run(program, ['--version'], { timeout: 20_000 });
  return code === 0 ? { program, version: readVersion(stdout) } : undefined;
}

/** As `findQemu`; a machine without it is an error that says what to install. */
export async function needQemu(arch: Arch): Promise<Qemu> {
  const qemu = await findQemu(arch);
  if (qemu) return qemu;
  throw new ToolError({
    code: 'VRD0961',
    message: `${process.env.VERIDIAN_QEMU || qemuPrograms[arch]} is not installed, or does not start`,
    help: '`veridian doctor` prints the command that installs QEMU',
  });
}
