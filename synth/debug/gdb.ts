import { ToolError } from '../findings/index.js';
import { run, which } from '../toolchain/index.js';

/** GDB as it is on this machine. */
export interface Gdb {
  /** Absolute path of the program. */
  readonly program: string;
  /** "13.1", or undefined where it does not say one that we can read. */
  readonly version: string | undefined;
}

/** Names of GDB: Debian's for every architecture, and the one that is so elsewhere. */
const NAMES = ['gdb-multiarch', 'gdb'] as const;

async function examine(program: string): Promise<Gdb | undefined> {
  // A GDB for one architecture alone does not know the others.
  const { code, stdout, stderr } = await run(
    program,
    ['-nx', '-batch', '-ex', 'show version', '-ex', 'set architecture riscv:rv64', '-ex', 'set architecture aarch64'],
    { timeout: 20_000 },
  );
  if (code !== 0 || /Undefined item/.test(stderr)) return undefined;
  return { program, version: /^GNU gdb .*?(\d+\.\d+)(?!.*\d+\.\d+)/m.exec(stdout)?.[1] };
}

/** A GDB for every architecture, if one is installed. VERIDIAN_GDB names another program. */
export async function findGdb(): Promise<Gdb | undefined> {
  const chosen = process.env.VERIDIAN_GDB;
  for (const program of chosen ? [chosen] : NAMES.map((name) => which(name))) {
    const found = program === undefined ? undefined : await examine(program);
    if (found) return found;
  }
  return undefined;
}

/** As `findGdb`; a machine without it is an error that says what to install. */
export async function needGdb(): Promise<Gdb> {
  const gdb = await findGdb();
  if (gdb) return gdb;
  const chosen = process.env.VERIDIAN_GDB;
  throw new ToolError({
    code: 'VRD0963',
    message: chosen ? `${chosen} is no GDB for every architecture` : 'no GDB for every architecture is installed',
    help: '`veridian doctor` prints the command that installs one, gdb-multiarch on Debian',
  });
}
