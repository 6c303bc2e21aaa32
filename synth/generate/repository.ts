import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { renderReference } from '../../kernel/abi/reference.js';
import { renderAbi } from '../../kernel/abi/render.js';
import { renderInterfaces } from '../interfaces/render.js';
import { type Arch, buildStock, packageRoot, type Reporter } from '../toolchain/index.js';
import { isStale, type Rendered, writeRendered } from './file.js';
import { loadInterfaces } from './interfaces.js';
import { programTypes, projectInterfaces, projectPrograms } from './project.js';

const foldersWith = (folder: string, file: string): string[] =>
  readdirSync(join(packageRoot, folder))
    .filter((name) => existsSync(join(packageRoot, folder, name, file)))
    .sort();

/** The projects of this repository, absolute. */
export function exampleProjects(): string[] {
  return foldersWith('examples', 'cdktf.json').map((name) => join(packageRoot, 'examples', name));
}

/** Files that native code is built from: they must be right before it is built. */
async function sources(): Promise<Rendered[]> {
  const stock = foldersWith('services', 'interface.ts').map(async (name): Promise<Rendered> => {
    const origin = `services/${name}/interface.ts`;
    const interfaces = await loadInterfaces(packageRoot, [join(packageRoot, origin)]);
    const path = join(packageRoot, 'services', 'runtime', 'src', 'interfaces', `${name}.rs`);
    return { path, text: renderInterfaces(interfaces, { root: false, origin }) };
  });
  const examples = exampleProjects().map(projectInterfaces);
  const abi = { path: join(packageRoot, 'kernel', 'abi', 'src', 'lib.rs'), text: renderAbi() };
  const reference = { path: join(packageRoot, 'docs', 'kernel.md'), text: renderReference() };
  return [abi, reference, ...(await Promise.all(stock)), ...(await Promise.all(examples)).flat()];
}

/** Files that are written from native code. */
async function types(arch: Arch, reporter: Reporter): Promise<Rendered[]> {
  const services = new Map(
    [...(await buildStock(arch, reporter))].filter(([name]) =>
      existsSync(join(packageRoot, 'services', name, 'Cargo.toml')),
    ),
  );
  const stock = {
    path: join(packageRoot, 'services', 'stock.programs.ts'),
    text: programTypes(services, 'veridian', arch, '../constructs/index.js'),
  };
  const examples: Rendered[] = [];
  for (const project of exampleProjects()) examples.push(...(await projectPrograms(project, arch, reporter)));
  return [stock, ...examples];
}

/** Writes every rendered file of this repository. */
export async function generateRepository(arch: Arch, reporter: Reporter): Promise<void> {
  for (const file of await sources()) await writeRendered(file);
  for (const file of await types(arch, reporter)) await writeRendered(file);
}

/** Rendered files of this repository that are not what they would be now, relative to its root. */
export async function staleFiles(arch: Arch, reporter: Reporter): Promise<string[]> {
  const files = [...(await sources()), ...(await types(arch, reporter))];
  return files.filter(isStale).map(({ path }) => relative(packageRoot, path));
}
