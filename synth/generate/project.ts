import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { renderInterfaces } from '../interfaces/render.js';
import { type RenderedProgram, readProgram, renderProgramTypes } from '../programs/index.js';
import { type Arch, buildPrograms, type Reporter } from '../toolchain/index.js';
import { type Rendered, writeRendered } from './file.js';
import { interfaceModules, loadInterfaces } from './interfaces.js';

/** The Rust halves of a project's interfaces; none where it has no crate for them. */
export async function projectInterfaces(project: string): Promise<Rendered[]> {
  const folder = join(project, 'interfaces');
  if (!existsSync(join(folder, 'Cargo.toml'))) return [];
  const interfaces = await loadInterfaces(project, interfaceModules(folder));
  return [{ path: join(folder, 'generated', 'lib.rs'), text: renderInterfaces(interfaces) }];
}

/** Types of programs by name and path of their ELF files, each called `scheme:NAME`. */
export function programTypes(
  programs: ReadonlyMap<string, string>,
  scheme: 'cargo' | 'veridian',
  arch: Arch,
  from = 'veridian',
): string {
  const rendered = [...programs].map(
    ([name, path]): RenderedProgram => ({ file: `${scheme}:${name}`, manifest: readProgram(path, arch).manifest }),
  );
  return renderProgramTypes(rendered, from);
}

/** The types of a project's own programs, built for it; none where it has no programs. */
export async function projectPrograms(project: string, arch: Arch, reporter: Reporter): Promise<Rendered[]> {
  const programs = await buildPrograms(project, arch, reporter);
  if (programs.size === 0) return [];
  return [{ path: join(project, 'veridian.programs.ts'), text: programTypes(programs, 'cargo', arch) }];
}

/**
 * Brings what is written from a project's own sources up to date: interfaces to Rust, Rust to binaries, binaries to
 * the types of programs. Takes no time where nothing changed.
 */
export async function generateProject(project: string, arch: Arch, reporter: Reporter): Promise<void> {
  for (const file of await projectInterfaces(project)) await writeRendered(file);
  for (const file of await projectPrograms(project, arch, reporter)) await writeRendered(file);
}
