import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Interface } from '../../constructs/graph/index.js';
import { ToolError } from '../findings/index.js';
import { run, runsFromSource } from '../toolchain/index.js';

/** Absolute paths of the TypeScript modules in a folder, in order of their names. */
export function interfaceModules(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !/\.(test|test-d|d)\.ts$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The interfaces that some modules of the project in `root` export. */
export async function loadInterfaces(root: string, modules: readonly string[]): Promise<Interface[]> {
  if (modules.length === 0) return [];
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = join(import.meta.dirname, runsFromSource ? 'load-interfaces.ts' : 'load-interfaces.js');
  const conditions = runsFromSource ? ['--conditions=veridian-source'] : [];
  const env = { ...process.env, VERIDIAN_ROOT: root };
  const finished = await run(process.execPath, [...conditions, '--import', loader, script, ...modules], {
    cwd: root,
    env,
  });
  if (finished.code === 0) return JSON.parse(finished.stdout) as Interface[];
  const said = finished.stderr
    .split('\n')
    .filter((line) => !/^\s+at |^Node\.js v|^$/.test(line))
    .join('\n');
  throw new ToolError({
    code: 'VRD0954',
    message: `reading the interfaces failed\n\n${said}\n`,
    help: 'interfaces/*.ts export what defineInterface returns; `npx tsc` may say more',
  });
}
