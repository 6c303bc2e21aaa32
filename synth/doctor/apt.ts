import { run, which } from '../toolchain/index.js';

/** Whether this machine installs its packages with apt. */
export function hasApt(): boolean {
  return which('apt-get') !== undefined && which('dpkg') !== undefined;
}

/** Version of `name` that apt would install, without its epoch and revision; undefined where it knows none. */
export async function candidate(name: string): Promise<string | undefined> {
  const { stdout } = await run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } });
  const version = /^ {2}Candidate: (?:\d+:)?(\d[^\s~+-]*)/m.exec(stdout)?.[1];
  return version;
}

/** Words before a command that only root may run. */
export function asRoot(): string[] {
  return process.getuid?.() === 0 ? [] : ['sudo'];
}

/** The command that installs `packages`, as a person would type it. */
export function installCommand(packages: readonly string[]): string {
  return [...asRoot(), 'apt-get', 'install', '-y', '--no-install-recommends', ...packages].join(' ');
}
